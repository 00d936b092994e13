package dev.rejoinder.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.ModelEvent;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.signals.v1.Signal;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.signals.v1.Verdict;
import dev.rejoinder.registry.evidence.CanaryRules;
import dev.rejoinder.registry.rollout.Registry;
import dev.rejoinder.registry.rollout.jdbc.JdbcRollouts;
import dev.rejoinder.registry.version.Lineage;
import dev.rejoinder.registry.version.Version;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import dev.rejoinder.testkit.postgres.PostgresServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.postgresql.ds.PGSimpleDataSource;

/** The registry's parts over a real database and a real broker that can be stopped and started. */
final class TestingRegistry implements AutoCloseable {
    static final String BASE_DIGEST = "b".repeat(64);

    private final Path folder;
    private final PostgresServer postgres = PostgresServer.temporary();
    private final JdbcRollouts rollouts;
    private final int port;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private EmbeddedKafka kafka;
    private RegistryParts parts;

    TestingRegistry(Path folder) {
        this.folder = folder;
        this.kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        this.port = kafka.port();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(postgres.jdbcUrl());
        this.rollouts = new JdbcRollouts(Schema.open(source, "registry"));
        startParts();
    }

    void startParts() {
        KafkaAt at = kafkaAt();
        parts =
                RegistryParts.start(
                        rollouts,
                        new CanaryRules(0.3, 0.05, 8, 400, 0.05),
                        new RegistryParts.Kafka(at.clients(), at.topics()),
                        new RegistryParts.Surroundings(Clock.systemUTC(), meters));
    }

    void stopParts() {
        parts.close();
    }

    void stopKafka() {
        kafka.close();
    }

    void startKafka() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), port);
    }

    /** As if its disks were lost. */
    void startEmptyKafka() {
        kafka = EmbeddedKafka.start(folder.resolve("another-kafka"), port);
    }

    @Override
    public void close() {
        parts.close();
        kafka.close();
        postgres.close();
    }

    Registry registry() {
        return parts.registry();
    }

    /** The same database, changed by a process that dies before it publishes anything. */
    Registry registryThatDies() {
        return new Registry(
                rollouts,
                new CanaryRules(0.3, 0.05, 8, 400, 0.05),
                Clock.systemUTC(),
                new Registry.Listener() {
                    @Override
                    public void changed() {}

                    @Override
                    public void settled(
                            String modelId,
                            dev.rejoinder.registry.evidence.Decision.Settled decision) {}
                });
    }

    double gauge(String name, String... tags) {
        return meters.get(name).tags(tags).gauge().value();
    }

    double count(String name, String... tags) {
        return meters.get(name).tags(tags).counter().count();
    }

    KafkaAt kafkaAt() {
        return new KafkaAt("127.0.0.1:" + port);
    }

    /** Registers an adapter whose digest repeats one digit. */
    String candidate(String modelId, String digit) {
        return registry()
                .registerCandidate(modelId, BASE_DIGEST, adapter(digit), Lineage.NONE)
                .version()
                .name();
    }

    static Version.Adapter adapter(String digit) {
        return new Version.Adapter(digit.repeat(64), "file:///adapters/" + digit);
    }

    /** Newest routing of a model on the topic. */
    Optional<Routing> routing(String modelId) {
        Map<String, Routing> newest = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : read(EventTopic.MODELS.topic()))
            newest.put(record.key(), parse(record.value()));
        return Optional.ofNullable(newest.get(modelId));
    }

    private static Routing parse(byte[] value) {
        try {
            return ModelEvent.parseFrom(value).getRouting();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    List<ConsumerRecord<String, byte[]>> read(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = kafkaAt().clients().freeConsumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p)))
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return records;
    }

    void send(String key, byte[] value) {
        kafkaAt().topics().ensure(List.of(EventTopic.SIGNALS));
        try (Producer<String, byte[]> producer = kafkaAt().clients().producer()) {
            producer.send(new ProducerRecord<>(EventTopic.SIGNALS.topic(), key, value));
            producer.flush();
        }
    }

    /** Sends so many follow-ups on a version's replies, the first of them dissatisfied. */
    void followUps(String modelId, String version, int count, int dissatisfied) {
        for (int i = 0; i < count; i++)
            send("c" + i, signal(modelId, version, i, i < dissatisfied).toByteArray());
    }

    private static SignalEvent signal(String modelId, String version, int i, boolean dissatisfied) {
        Verdict dsat = dissatisfied ? Verdict.VERDICT_YES : Verdict.VERDICT_NO;
        Verdict sat = dissatisfied ? Verdict.VERDICT_NO : Verdict.VERDICT_YES;
        Instant now = Instant.now();
        return SignalEvent.newBuilder()
                .setEventId(modelId + version + i)
                .setDetected(
                        SignalDetected.newBuilder()
                                .setVersion(
                                        ModelVersion.newBuilder()
                                                .setModelId(modelId)
                                                .setVersion(version))
                                .setSignal(
                                        Signal.newBuilder().setSatVerdict(sat).setDsatVerdict(dsat))
                                .setDetectedAt(
                                        Timestamp.newBuilder()
                                                .setSeconds(now.getEpochSecond())
                                                .setNanos(now.getNano())))
                .build();
    }
}
