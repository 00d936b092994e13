package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.standalone.client.ChatClient;
import dev.rejoinder.standalone.client.ModelCatalogue;
import dev.rejoinder.standalone.pipe.GeneratePipe;
import dev.rejoinder.standalone.pipe.JsonLines;
import dev.rejoinder.standalone.pipe.PlatformGeneratePipe;
import dev.rejoinder.standalone.platform.PlatformRecord;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The generating pipe. */
@Command(
        name = "generate",
        description = {
            "Answer chats: one JSON object a line from standard input to standard output.",
            "In:  {\"id\", \"messages\": [... ending with user], ...}; beside them what POST /v1/chat/completions takes: max_tokens, temperature, top_p, top_k, min_p, repetition_penalty, presence_penalty, frequency_penalty, logit_bias, seed, stop, response_format (json_object, json_schema), model.",
            "Out: an OpenAI chat completion with \"id\".",
            "Asks the running platform, where there is one and neither --model nor --adapter is given; else loads the model into this process. A line that cannot be answered becomes {\"id\"?, \"line\", \"error\"}; the exit code is then 1."
        })
final class GenerateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private ModelOptions options;
    @Mixin private DataFolderOption data;

    GenerateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Optional<PlatformRecord> platform =
                options.isGiven() ? Optional.empty() : PlatformRecord.read(data.folder());
        return platform.isPresent() ? onPlatform(platform.get()) : here();
    }

    private int onPlatform(PlatformRecord platform) {
        try (PlatformGeneratePipe pipe =
                new PlatformGeneratePipe(
                        new ChatClient(platform.url()), ModelCatalogue.model(platform.url()))) {
            return JsonLines.run(terminal.in(), terminal.out(), GeneratePipe.WINDOW, pipe);
        }
    }

    private int here() {
        try (LanguageModel model = options.load(terminal);
                GeneratePipe pipe =
                        new GeneratePipe(
                                model, options.adapter(model).orElse(null), Clock.systemUTC())) {
            return JsonLines.run(terminal.in(), terminal.out(), GeneratePipe.WINDOW, pipe);
        }
    }
}
