package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.standalone.pipe.JsonLines;
import dev.rejoinder.standalone.pipe.ScorePipe;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The scoring pipe. */
@Command(
        name = "score",
        description = {
            "Score replies and follow-ups: one JSON object a line from standard input to standard output.",
            "In:  {\"id\", \"messages\": [... ending with assistant], \"follow_ups\": [\"...\"]}",
            "Out: {\"id\", \"reply_log_probs\": [...], \"follow_ups\": [{\"text\", \"mean_log_prob\", \"tokens\"}]}",
            "A follow-up is scored as the user's next turn, its own tokens only. A line that cannot be answered becomes {\"id\"?, \"line\", \"error\"}; the exit code is then 1."
        })
final class ScoreCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private ModelOptions options;

    ScoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (LanguageModel model = options.load(terminal)) {
            Optional<Adapter> adapter = options.adapter(model);
            return JsonLines.run(
                    terminal.in(), terminal.out(), 1, new ScorePipe(model, adapter.orElse(null)));
        }
    }
}
