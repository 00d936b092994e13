package dev.rejoinder.trainer.neighbours;

import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import dev.rejoinder.testkit.model.TinyModel;
import dev.rejoinder.testkit.postgres.PostgresServer;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What a trainer needs around it: a real Kafka and PostgreSQL, and two neighbours over gRPC. */
public final class RunningNeighbours implements QuarkusTestResourceLifecycleManager {
    public static final TestingPreferences PREFERENCES = new TestingPreferences();
    public static final TestingRegistry REGISTRY = new TestingRegistry();

    private static String bootstrapServers = "";

    private EmbeddedKafka kafka;
    private PostgresServer postgres;
    private Server server;

    public static String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("trainer-test");
            kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
            bootstrapServers = kafka.bootstrapServers();
            postgres = PostgresServer.temporary();
            server =
                    NettyServerBuilder.forAddress(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .addService(PREFERENCES)
                            .addService(REGISTRY)
                            .build()
                            .start();
            return configuration(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> configuration(Path folder) throws IOException {
        Map<String, String> c = new HashMap<>();
        c.put("rejoinder.model.source", TinyModel.llama().write(folder.resolve("tiny")).toString());
        // The same replies on every CPU.
        c.put("rejoinder.model.precision", "float32");
        c.put("rejoinder.kafka.bootstrap-servers", kafka.bootstrapServers());
        c.put("quarkus.datasource.jdbc.url", postgres.jdbcUrl());
        c.put("quarkus.http.test-port", "0");
        c.put("quarkus.log.category.\"state.change.logger\".level", "WARN");
        for (String neighbour : new String[] {"preferences", "registry"})
            c.put("quarkus.grpc.clients." + neighbour + ".test-port", "" + server.getPort());
        String trainer = "rejoinder.trainer.";
        c.put(trainer + "folder", folder.resolve("training").toString());
        c.put(trainer + "trigger.min-new-pairs", "10");
        c.put(trainer + "trigger.quiet", "0s");
        c.put(trainer + "dataset.min-pairs", "4");
        c.put(trainer + "learning.learning-rate", "5e-3");
        c.put(trainer + "learning.epochs", "2");
        c.put(trainer + "evaluation.prompts", "8");
        c.put(trainer + "evaluation.max-tokens", "48");
        // The tiny model was never taught to speak: only what is not about language is judged.
        c.put(trainer + "gate.min-held-out-accuracy", "0");
        c.put(trainer + "gate.min-follow-up-gain", "-100");
        c.put(trainer + "gate.max-perplexity-ratio", "1000");
        c.put(trainer + "gate.min-base-log-prob", "-100");
        c.put(trainer + "gate.min-diversity-ratio", "0");
        c.put(trainer + "gate.min-on-topic-ratio", "0");
        c.put(trainer + "gate.max-empty-replies", "100");
        c.put(trainer + "gate.max-repeated-replies", "100");
        return c;
    }

    @Override
    public void stop() {
        if (server != null) server.shutdownNow();
        if (postgres != null) postgres.close();
        if (kafka != null) kafka.close();
    }
}
