package dev.rejoinder.trainer.dataset;

/** The service is stopping in the middle of a run; the run goes on where it was after a restart. */
public final class InterruptedRunException extends RuntimeException {
    public InterruptedRunException() {
        super("the trainer is stopping; the run goes on after its next start");
    }
}
