package dev.rejoinder.kernel.kafka;

import dev.rejoinder.proto.EventTopic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A process that dies at the worst moment: outputs and offsets are with the broker, uncommitted.
 */
final class CrashingLoop {
    static final String INSTANCE = "the-one-that-crashes";
    static final int EXIT_CODE = 137;
    static final EventLoop.Subscription SUBSCRIPTION =
            new EventLoop.Subscription(
                    "crashes", List.of(EventTopic.RUNS), List.of(EventTopic.MODELS), 100);

    static final EventHandler HANDLER = KafkaNode.copyTo(EventTopic.MODELS, "run");

    private CrashingLoop() {}

    static int runInAnotherProcess(String bootstrapServers) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingLoop.class.getName(),
                        bootstrapServers)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    public static void main(String[] args) throws InterruptedException {
        KafkaSettings settings = KafkaNode.at(args[0]);
        EventLoop.start(new DyingClients(settings), new Topics(settings), SUBSCRIPTION, HANDLER);
        new CountDownLatch(1).await();
    }

    private static final class DyingClients extends Clients {
        private final String bootstrapServers;

        DyingClients(KafkaSettings settings) {
            super(settings, Optional.of(INSTANCE));
            this.bootstrapServers = settings.bootstrapServers();
        }

        @Override
        public Producer<String, byte[]> transactionalProducer(String transactionalId) {
            Map<String, Object> p = new HashMap<>();
            p.put("bootstrap.servers", bootstrapServers);
            p.put("transactional.id", transactionalId);
            return new KafkaProducer<>(p, new StringSerializer(), new ByteArraySerializer()) {
                @Override
                public void commitTransaction() {
                    flush();
                    Runtime.getRuntime().halt(EXIT_CODE);
                }
            };
        }
    }
}
