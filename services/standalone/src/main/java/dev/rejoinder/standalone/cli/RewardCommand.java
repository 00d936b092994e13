package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.reward.flr.FlrScorer;
import dev.rejoinder.standalone.pipe.JsonLines;
import dev.rejoinder.standalone.pipe.RewardPipe;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The rewarding pipe. */
@Command(
        name = "reward",
        description = {
            "Reward replies by the likelihood of follow-ups (FLR): one JSON object a line from standard input to standard output.",
            "In:  {\"id\", \"messages\": [... ending with assistant]}",
            "Out: {\"id\", \"reward\", \"dimensions\": {...}, \"scorer\"}, in nats per token",
            "A line that cannot be answered becomes {\"id\"?, \"line\", \"error\"}; the exit code is then 1."
        })
final class RewardCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private ModelOptions options;

    RewardCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (LanguageModel model = options.load(terminal)) {
            Adapter adapter = options.adapter(model).orElse(null);
            FlrScorer scorer = new FlrScorer(model, adapter, FlrScorer.DEFAULT_LIMIT);
            return JsonLines.run(terminal.in(), terminal.out(), 1, new RewardPipe(scorer));
        }
    }
}
