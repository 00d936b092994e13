package dev.rejoinder.kernel.kafka;

import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A real broker that can be stopped and started, and the means to write to it and read from it. */
final class KafkaNode implements AutoCloseable {
    private final Path folder;
    private final int port;
    private EmbeddedKafka kafka;

    private KafkaNode(Path folder) {
        this.folder = folder;
        this.kafka = EmbeddedKafka.start(folder, 0);
        this.port = kafka.port();
    }

    static KafkaNode start(Path folder) {
        return new KafkaNode(folder);
    }

    void stop() {
        kafka.close();
    }

    void startAgain() {
        kafka = EmbeddedKafka.start(folder, port);
    }

    @Override
    public void close() {
        kafka.close();
    }

    Clients clients() {
        return new Clients(settings());
    }

    Topics topics() {
        return new Topics(settings());
    }

    KafkaSettings settings() {
        return at("127.0.0.1:" + port);
    }

    static KafkaSettings at(String bootstrapServers) {
        return new Settings(bootstrapServers, 2, (short) 1, Duration.ofDays(1));
    }

    private record Settings(
            String bootstrapServers, int partitions, short replication, Duration retention)
            implements KafkaSettings {}

    /** Sends each text as a record of its own, keyed by itself. */
    void send(EventTopic topic, List<String> texts) {
        topics().ensure(List.of(topic));
        try (Producer<String, byte[]> producer = clients().producer()) {
            for (String text : texts)
                producer.send(new ProducerRecord<>(topic.topic(), text, bytes(text)));
            producer.flush();
        }
    }

    /** Every committed record of a topic, in the order of its partitions. */
    List<ConsumerRecord<String, byte[]>> committed(String topic) {
        try (Consumer<String, byte[]> consumer = clients().freeConsumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p)))
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return records;
        }
    }

    /** Those texts of {@link #committed} that begin with a prefix, sorted. */
    List<String> texts(String topic, String prefix) {
        return committed(topic).stream()
                .map(r -> text(r.value()))
                .filter(t -> t.startsWith(prefix))
                .sorted()
                .toList();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** {@code prefix-0 .. prefix-(n-1)}, sorted. */
    static List<String> numbered(String prefix, int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) texts.add(prefix + "-" + i);
        return texts.stream().sorted().toList();
    }

    /** Passes every record whose text begins with the prefix on to the topic as it is. */
    static EventHandler copyTo(EventTopic topic, String prefix) {
        return batch ->
                batch.stream()
                        .filter(r -> text(r.value()).startsWith(prefix))
                        .map(r -> new EventHandler.Output(topic.topic(), r.key(), r.value()))
                        .toList();
    }
}
