package dev.rejoinder.standalone.cli;

import dev.rejoinder.standalone.client.ChatCall;
import dev.rejoinder.standalone.client.ChatClient;
import dev.rejoinder.standalone.client.ChatOutcome;
import dev.rejoinder.standalone.client.ChatTurn;
import dev.rejoinder.standalone.client.ModelCatalogue;
import dev.rejoinder.standalone.client.PlatformConnection;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A chat in the terminal. */
@Command(
        name = "chat",
        description = {
            "Chat with the running platform, one message a line; the reply appears as it is written.",
            "Inside: /new begins a new chat, /quit (or the end of input) ends. What you say next is learned from."
        })
final class ChatCommand implements Runnable {
    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    @Option(
            names = "--system",
            paramLabel = "TEXT",
            description = "Instructions for the whole chat.")
    private @Nullable String system;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            defaultValue = "terminal",
            description = "Who chats; kept as a hash only. Default: ${DEFAULT-VALUE}")
    private String user;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Longest reply, in tokens.")
    private @Nullable Integer maxTokens;

    @Option(
            names = "--model",
            paramLabel = "MODEL[@VERSION]",
            description = "Ask one version only, such as SmolLM2-135M-Instruct@base.")
    private @Nullable String model;

    private final List<ChatTurn> turns = new ArrayList<>();

    ChatCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (maxTokens != null && maxTokens < 1)
            throw new ParameterException(
                    spec.commandLine(), "--max-tokens of " + maxTokens + " is below 1");
        String url = PlatformConnection.running(data.folder()).url();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
        begin();
        String asked = model == null ? ModelCatalogue.model(url) : model;
        try (ChatClient client = new ChatClient(url)) {
            for (String line = ask(lines); line != null; line = ask(lines)) {
                String text = line.strip();
                if (text.equals("/quit")) return;
                if (text.equals("/new")) begin();
                else if (!text.isEmpty()) say(client, asked, text);
            }
        } catch (IOException e) {
            throw new CannotGoOn("the input cannot be read: " + e.getMessage(), e);
        }
    }

    private void begin() {
        turns.clear();
        if (system != null) turns.add(ChatTurn.system(system));
    }

    private @Nullable String ask(BufferedReader lines) throws IOException {
        terminal.out().print("> ");
        terminal.out().flush();
        return lines.readLine();
    }

    private void say(ChatClient client, String asked, String text) {
        turns.add(ChatTurn.user(text));
        ChatCall call =
                new ChatCall(
                        asked,
                        turns,
                        user,
                        maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens),
                        ChatCall.Sampling.usual());
        ChatOutcome outcome = client.stream(call, this::show);
        terminal.out().println();
        switch (outcome) {
            case ChatOutcome.Answered a -> turns.add(ChatTurn.assistant(a.text()));
            case ChatOutcome.Refused r -> {
                turns.removeLast();
                terminal.err().println("refused (" + r.status() + "): " + r.message());
            }
        }
    }

    private void show(String piece) {
        terminal.out().print(piece);
        terminal.out().flush();
    }
}
