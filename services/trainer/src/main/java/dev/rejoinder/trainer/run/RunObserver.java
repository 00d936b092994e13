package dev.rejoinder.trainer.run;

/** Is told how runs go; for metrics. */
public interface RunObserver {
    /** A run reached a state, or moved in it. */
    void changed(Run run);

    /** A step was made. */
    void stepped(Curve.Step step);
}
