package dev.rejoinder.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.inference.routing.Adapters;
import dev.rejoinder.inference.routing.VersionName;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.registry.v1.ModelEvent;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** New versions arrive while people chat. */
@QuarkusTest
@WithTestResource(RunningNode.class)
class VersionSwapTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CLIENTS = 6;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestHTTPResource("/v1/chat/completions")
    URI api;

    @Inject LanguageModel model;
    @Inject InferenceNode node;

    private final AtomicInteger conversations = new AtomicInteger();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private volatile boolean enough;

    /** What one chat came back with: its status and every version it named anywhere. */
    private record Answer(int status, Set<String> versions) {}

    @Test
    void noChatIsRefusedAndEachNamesExactlyOneVersionWhileVersionsChange() throws Exception {
        Adapters adapters = new Adapters(model);
        Route one = adapters.write(RunningNode.folder().resolve("swap-1"), 11);
        Route two = adapters.write(RunningNode.folder().resolve("swap-2"), 12);
        Route broken = adapters.write(RunningNode.folder().resolve("swap-3"), 13);
        damage(RunningNode.folder().resolve("swap-3"));

        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                HttpClient http = HttpClient.newHttpClient()) {
            List<Future<?>> chatting = new ArrayList<>();
            IntStream.range(0, CLIENTS)
                    .forEach(i -> chatting.add(clients.submit(() -> chat(http, i % 2 == 0))));
            awaitAnsweredBy("tiny@base");
            publish(adapters.split(1001, adapters.baseRoute(), one, 0.5));
            awaitAnsweredBy(VersionName.of(one.getVersion()));
            publish(adapters.champion(1002, one));
            publish(adapters.split(1003, one, two, 0.5));
            awaitAnsweredBy(VersionName.of(two.getVersion()));
            publish(adapters.champion(1004, broken));
            publish(adapters.champion(1005, two));
            await().atMost(SOON).until(() -> node.router().table().revision() == 1005);
            publish(adapters.champion(1006, adapters.baseRoute()));
            await().atMost(SOON).until(() -> node.router().table().revision() == 1006);
            enough = true;
            for (Future<?> client : chatting) client.get();
        }

        assertThat(answers).hasSizeGreaterThan(20).allMatch(a -> a.status() == 200);
        assertThat(answers).allSatisfy(a -> assertThat(a.versions()).hasSize(1));
        Set<String> seen = new TreeSet<>();
        answers.forEach(a -> seen.addAll(a.versions()));
        assertThat(seen)
                .contains(
                        "tiny@base",
                        VersionName.of(one.getVersion()),
                        VersionName.of(two.getVersion()))
                .doesNotContain(VersionName.of(broken.getVersion()));
    }

    private static void damage(Path adapter) throws IOException {
        Path weights = adapter.resolve("adapter_model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
    }

    private void awaitAnsweredBy(String version) {
        await().atMost(SOON)
                .until(() -> answers.stream().anyMatch(a -> a.versions().contains(version)));
    }

    private void chat(HttpClient http, boolean stream) {
        while (!enough) {
            String body =
                    "{\"model\":\"tiny\",\"stream\":%s,\"max_tokens\":12,\"metadata\":{\"conversation_id\":\"swap-%d\"},\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"
                            .formatted(stream, conversations.incrementAndGet());
            HttpRequest request =
                    HttpRequest.newBuilder(api)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
            try {
                answers.add(read(http.send(request, HttpResponse.BodyHandlers.ofString())));
            } catch (IOException | InterruptedException e) {
                answers.add(new Answer(-1, Set.of()));
            }
        }
    }

    private static Answer read(HttpResponse<String> response) throws IOException {
        Set<String> versions = new TreeSet<>();
        response.headers().firstValue("X-Rejoinder-Model-Version").ifPresent(versions::add);
        for (String line : response.body().split("\n")) {
            String json = line.startsWith("data: ") ? line.substring("data: ".length()) : line;
            if (!json.startsWith("{")) continue;
            JsonNode fingerprint = JSON.readTree(json).path("system_fingerprint");
            versions.add(fingerprint.asText("none"));
        }
        return new Answer(response.statusCode(), versions);
    }

    private static void publish(Routing routing) {
        ModelEvent event =
                ModelEvent.newBuilder()
                        .setEventId(
                                Digests.id(
                                        "routing",
                                        routing.getModelId(),
                                        String.valueOf(routing.getRevision())))
                        .setRouting(routing)
                        .build();
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", RunningNode.bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    EventTopic.MODELS.topic(),
                                    routing.getModelId(),
                                    event.toByteArray()))
                    .get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
