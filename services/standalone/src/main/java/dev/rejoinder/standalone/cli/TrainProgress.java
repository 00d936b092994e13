package dev.rejoinder.standalone.cli;

import dev.rejoinder.trainer.run.Curve;
import dev.rejoinder.trainer.run.LocalRun;
import java.util.Locale;

/** Shows how a training from a file goes. */
final class TrainProgress implements LocalRun.Watcher, AutoCloseable {
    private final Terminal terminal;
    private final Ticker ticker;
    private int totalSteps;

    TrainProgress(Terminal terminal) {
        this.terminal = terminal;
        this.ticker = new Ticker(terminal, "the base reads the pairs");
    }

    @Override
    public void begun(int steps, int totalSteps) {
        this.totalSteps = totalSteps;
        terminal.err()
                .println(
                        steps == 0
                                ? totalSteps + " steps"
                                : "goes on after step " + steps + " of " + totalSteps);
        terminal.err().flush();
    }

    @Override
    public void stepped(Curve.Step step) {
        ticker.tick(
                String.format(
                        Locale.ROOT,
                        "step %d of %d, loss %.4f, margin %.3f, gradient norm %.2f",
                        step.step(),
                        totalSteps,
                        step.loss(),
                        step.margin(),
                        step.gradientNorm()));
    }

    @Override
    public void close() {
        ticker.close();
    }
}
