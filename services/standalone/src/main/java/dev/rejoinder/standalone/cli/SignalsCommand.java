package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.signals.detect.Detectors;
import dev.rejoinder.signals.detect.HeadDetector;
import dev.rejoinder.standalone.pipe.JsonLines;
import dev.rejoinder.standalone.pipe.SignalsPipe;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The pipe that reads follow-ups. */
@Command(
        name = "signals",
        description = {
            "Read what follow-ups say about the replies before them: one JSON object a line from standard input to standard output.",
            "In:  {\"id\", \"messages\": [... ending with the user's follow-up]}",
            "Out: {\"id\", \"sat\", \"dsat\", \"categories\", \"state\", \"detector\"}, sat and dsat as probabilities",
            "With --adapter the model reads through it; the detector was fitted, and its figures measured, on the base alone.",
            "A line that cannot be answered becomes {\"id\"?, \"line\", \"error\"}; the exit code is then 1."
        })
final class SignalsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private ModelOptions options;

    SignalsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (LanguageModel model = options.load(terminal)) {
            Adapter adapter = options.adapter(model).orElse(null);
            SignalsPipe pipe =
                    new SignalsPipe(
                            Detectors.forModel(model, adapter, HeadDetector.DEFAULT_PRECISION));
            return JsonLines.run(terminal.in(), terminal.out(), 1, pipe);
        }
    }
}
