package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.standalone.client.ChatClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Chat completions of a running platform, a few at a time. */
public final class PlatformGeneratePipe implements JsonLines.Answer, AutoCloseable {
    private final ChatClient client;
    private final String model;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param model what is asked where a line names none
     */
    public PlatformGeneratePipe(ChatClient client, String model) {
        this.client = client;
        this.model = model;
    }

    @Override
    public CompletableFuture<ObjectNode> to(ObjectNode line) {
        ChatLine.messages(line, Role.USER);
        ObjectNode body = line.deepCopy();
        // A pipe's answer is one object: what asks for another shape is for other clients.
        body.remove(List.of("id", "stream", "stream_options"));
        if (!body.hasNonNull("model")) body.put("model", model);
        return CompletableFuture.supplyAsync(() -> ask(body), calls);
    }

    private ObjectNode ask(ObjectNode body) {
        ChatClient.RawAnswer answer = client.post(body);
        if (answer.status() == 200 && answer.body() instanceof ObjectNode completion)
            return completion;
        JsonNode message = answer.body().path("error").path("message");
        throw new BadLine(
                message.isTextual()
                        ? message.textValue()
                        : "the platform answered with status " + answer.status());
    }

    @Override
    public void close() {
        calls.close();
        client.close();
    }
}
