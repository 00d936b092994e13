package dev.rejoinder.kernel.kafka;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Kafka clients with the settings our guarantees need. Keys are text, values are Protobuf bytes.
 */
@Singleton
public class Clients {
    /** A batch may hold model work; only a dead process should lose its partitions. */
    private static final Duration LONGEST_BATCH = Duration.ofMinutes(15);

    /** How long a producer tries one record before it reports a failure. */
    private static final Duration DELIVERY = Duration.ofSeconds(30);

    private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

    private static final int RECONNECT_MILLIS = 1_000;

    /**
     * A dead process's partitions go to another after this; less would let a busy one lose them.
     */
    private static final Duration SESSION = Duration.ofSeconds(15);

    /**
     * A transaction only covers sending and committing, never a handler's work. What a dead process
     * left open holds readers up for no longer than this.
     */
    private static final Duration TRANSACTION = Duration.ofSeconds(15);

    /** Largest value of an event: room for a chat of the longest body a client may send, twice. */
    public static final int LARGEST_VALUE_BYTES = 16 * 1024 * 1024;

    /** Largest record: a value and its key and headers, a dead letter's reason among them. */
    static final int LARGEST_RECORD_BYTES = LARGEST_VALUE_BYTES + 64 * 1024;

    private final KafkaSettings settings;
    private final Optional<String> instance;

    /** For a process without a lasting name. */
    public Clients(KafkaSettings settings) {
        this(settings, Optional.empty());
    }

    /**
     * @param instance this process's lasting name, unlike any other's of the same service: a
     *     StatefulSet's pod name, or what owns the data directory. With it a restarted process
     *     takes its partitions and its open transaction over at once; without it the brokers wait
     *     15 seconds for the dead one.
     */
    @Inject
    public Clients(
            KafkaSettings settings,
            @ConfigProperty(name = "rejoinder.instance") Optional<String> instance) {
        this.settings = settings;
        this.instance = instance;
    }

    /** Idempotent, acknowledged by all replicas. */
    public Producer<String, byte[]> producer() {
        return new KafkaProducer<>(
                producerSettings(), new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * An id for one user of {@link #transactionalProducer}: of this process alone, or, where the
     * process has a lasting instance name, the same again after a restart. Zombies of the same id
     * are fenced by it, others by the consumer group's generation (KIP-447).
     */
    public String transactionalId(String group) {
        return group + "-" + instance.orElseGet(() -> UUID.randomUUID().toString());
    }

    /** Transactional; {@code initTransactions} aborts what an earlier one of this id left open. */
    public Producer<String, byte[]> transactionalProducer(String transactionalId) {
        Map<String, Object> p = producerSettings();
        p.put("transactional.id", transactionalId);
        p.put("transaction.timeout.ms", (int) TRANSACTION.toMillis());
        return new KafkaProducer<>(p, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Reads committed records from the group's offset, from the start where it has none; never
     * commits by itself.
     */
    public Consumer<String, byte[]> consumer(String group, int maxBatch) {
        Map<String, Object> c = consumerSettings();
        c.put("group.id", group);
        c.put("max.poll.records", maxBatch);
        c.put("max.poll.interval.ms", (int) LONGEST_BATCH.toMillis());
        c.put("session.timeout.ms", (int) SESSION.toMillis());
        instance.ifPresent(name -> c.put("group.instance.id", group + "-" + name));
        return new KafkaConsumer<>(c, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Reads without a group; the caller assigns partitions. */
    public Consumer<String, byte[]> freeConsumer() {
        return new KafkaConsumer<>(
                consumerSettings(), new StringDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> p = new HashMap<>();
        p.put("bootstrap.servers", settings.bootstrapServers());
        p.put("acks", "all");
        p.put("enable.idempotence", true);
        p.put("compression.type", "gzip");
        p.put("linger.ms", 5);
        p.put("delivery.timeout.ms", (int) DELIVERY.toMillis());
        p.put("request.timeout.ms", REQUEST_TIMEOUT_MILLIS);
        p.put("max.block.ms", REQUEST_TIMEOUT_MILLIS);
        p.put("max.request.size", LARGEST_RECORD_BYTES);
        p.put("reconnect.backoff.max.ms", RECONNECT_MILLIS);
        return p;
    }

    private Map<String, Object> consumerSettings() {
        Map<String, Object> c = new HashMap<>();
        c.put("bootstrap.servers", settings.bootstrapServers());
        c.put("isolation.level", "read_committed");
        c.put("auto.offset.reset", "earliest");
        c.put("enable.auto.commit", false);
        c.put("allow.auto.create.topics", false);
        c.put("default.api.timeout.ms", REQUEST_TIMEOUT_MILLIS);
        c.put("reconnect.backoff.max.ms", RECONNECT_MILLIS);
        return c;
    }
}
