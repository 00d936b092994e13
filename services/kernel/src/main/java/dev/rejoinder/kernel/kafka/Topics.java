package dev.rejoinder.kernel.kafka;

import dev.rejoinder.proto.EventTopic;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes topics that are missing; those that exist are left as an operator configured them. */
@Singleton
public class Topics {
    private static final int ADMIN_TIMEOUT_MILLIS = 6_000;

    private final KafkaSettings settings;

    @Inject
    public Topics(KafkaSettings settings) {
        this.settings = settings;
    }

    /**
     * Makes the topics and their dead-letter topics.
     *
     * @throws KafkaException if the brokers are away; try again
     */
    public void ensure(Collection<EventTopic> topics) {
        List<NewTopic> wanted = new ArrayList<>();
        for (EventTopic topic : topics) {
            wanted.add(described(topic.topic(), topic.cleanup().policy()));
            wanted.add(described(topic.deadLetterTopic(), EventTopic.Cleanup.DELETE.policy()));
        }
        try (Admin admin = Admin.create(adminSettings())) {
            var results = admin.createTopics(wanted).values();
            for (var result : results.values()) awaitMade(result);
        }
    }

    private NewTopic described(String name, String policy) {
        Map<String, String> config = new HashMap<>();
        config.put("cleanup.policy", policy);
        config.put("max.message.bytes", String.valueOf(Clients.LARGEST_RECORD_BYTES));
        if (policy.contains("delete"))
            config.put("retention.ms", String.valueOf(settings.retention().toMillis()));
        return new NewTopic(name, settings.partitions(), settings.replication()).configs(config);
    }

    private Map<String, Object> adminSettings() {
        return Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "default.api.timeout.ms",
                ADMIN_TIMEOUT_MILLIS,
                "request.timeout.ms",
                ADMIN_TIMEOUT_MILLIS / 3);
    }

    private static void awaitMade(org.apache.kafka.common.KafkaFuture<Void> made) {
        try {
            made.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) return;
            throw new KafkaException("the topics could not be made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while making topics", e);
        }
    }
}
