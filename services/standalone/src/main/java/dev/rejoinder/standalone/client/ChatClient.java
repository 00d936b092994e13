package dev.rejoinder.standalone.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A plain client of OpenAI's chat completions. Thread-safe. */
public final class ChatClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
    private final URI endpoint;

    /**
     * @param url of the platform, without a path
     */
    public ChatClient(String url) {
        this.endpoint = URI.create(url + "/v1/chat/completions");
    }

    /**
     * What came back.
     *
     * @param status of HTTP
     * @param body JSON, or a missing node where it is none
     */
    public record RawAnswer(int status, JsonNode body) {}

    /**
     * Posts a body as it is.
     *
     * @throws CannotGoOn if the platform does not answer
     */
    public RawAnswer post(JsonNode body) {
        try {
            HttpResponse<byte[]> response =
                    http.send(
                            request(JSON.writeValueAsBytes(body)),
                            HttpResponse.BodyHandlers.ofByteArray());
            return new RawAnswer(response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new CannotGoOn("the platform at " + endpoint + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotGoOn("interrupted");
        }
    }

    /** Asks and waits for the whole reply. */
    public ChatOutcome complete(ChatCall call) {
        try {
            HttpResponse<String> response =
                    http.send(
                            request(JSON.writeValueAsBytes(call.body(false))),
                            HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200
                    ? answered(JSON.readTree(response.body()))
                    : refused(response.statusCode(), response.body());
        } catch (IOException e) {
            return new ChatOutcome.Refused(0, String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ChatOutcome.Refused(0, "interrupted");
        }
    }

    /**
     * Asks and passes the text on as it comes.
     *
     * @param sink receives every piece
     */
    public ChatOutcome stream(ChatCall call, Consumer<String> sink) {
        try {
            HttpResponse<InputStream> response =
                    http.send(
                            request(JSON.writeValueAsBytes(call.body(true))),
                            HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200)
                    return refused(
                            response.statusCode(),
                            new String(body.readAllBytes(), StandardCharsets.UTF_8));
                return new EventStream(sink).read(body);
            }
        } catch (IOException e) {
            return new ChatOutcome.Refused(0, String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ChatOutcome.Refused(0, "interrupted");
        }
    }

    private HttpRequest request(byte[] body) {
        return HttpRequest.newBuilder(endpoint)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private static ChatOutcome answered(JsonNode completion) {
        JsonNode choice = completion.path("choices").path(0);
        return new ChatOutcome.Answered(
                completion.path("id").asText(),
                choice.path("message").path("content").asText(),
                choice.path("finish_reason").asText(),
                completion.path("system_fingerprint").asText());
    }

    private static ChatOutcome refused(int status, String body) {
        try {
            String message = JSON.readTree(body).path("error").path("message").asText();
            return new ChatOutcome.Refused(status, message.isEmpty() ? body : message);
        } catch (JsonProcessingException e) {
            return new ChatOutcome.Refused(status, body);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    /** Server-sent events of one streamed reply. */
    private static final class EventStream {
        private static final String DATA = "data:";

        private final Consumer<String> sink;
        private final StringBuilder text = new StringBuilder();
        private String id = "";
        private String finishReason = "";
        private String version = "";

        EventStream(Consumer<String> sink) {
            this.sink = sink;
        }

        ChatOutcome read(InputStream body) throws IOException {
            var reader =
                    new java.io.BufferedReader(
                            new java.io.InputStreamReader(body, StandardCharsets.UTF_8));
            try (Stream<String> lines = reader.lines()) {
                for (String line : (Iterable<String>) lines::iterator) {
                    if (!line.startsWith(DATA)) continue;
                    String data = line.substring(DATA.length()).strip();
                    if (data.equals("[DONE]")) break;
                    take(JSON.readTree(data));
                }
            }
            return new ChatOutcome.Answered(id, text.toString(), finishReason, version);
        }

        private void take(JsonNode chunk) throws IOException {
            if (chunk.has("error"))
                throw new IOException(chunk.path("error").path("message").asText());
            id = chunk.path("id").asText(id);
            version = chunk.path("system_fingerprint").asText(version);
            JsonNode choice = chunk.path("choices").path(0);
            String piece = choice.path("delta").path("content").asText("");
            if (choice.hasNonNull("finish_reason"))
                finishReason = choice.path("finish_reason").asText();
            if (piece.isEmpty()) return;
            text.append(piece);
            sink.accept(piece);
        }
    }
}
