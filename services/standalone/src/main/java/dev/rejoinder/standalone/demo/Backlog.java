package dev.rejoinder.standalone.demo;

import dev.rejoinder.proto.EventTopic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How many events the services that make pairs have yet to work through: their consumer groups'
 * lag.
 */
final class Backlog implements AutoCloseable {
    /** A transaction ends with a marker that takes an offset and that no consumer reads. */
    private static final long MARKER = 1;

    private static final Set<String> FOLLOWED =
            Set.of(EventTopic.TURNS.topic(), EventTopic.SIGNALS.topic(), EventTopic.PAIRS.topic());

    /** Scores replies for the dashboards; no pair waits for it. */
    private static final String BESIDE_THE_LOOP = "reward";

    private final Admin admin;

    Backlog(String bootstrapServers) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** Events not yet worked through, over all services; 0 or more. */
    long events() {
        try {
            return count();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not tell its offsets", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Long.MAX_VALUE;
        }
    }

    private long count() throws ExecutionException, InterruptedException {
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = committed();
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        committed
                .values()
                .forEach(offsets ->
                        offsets.keySet().forEach(p -> asked.put(p, OffsetSpec.latest())));
        asked.keySet().removeIf(p -> !FOLLOWED.contains(p.topic()));
        var ends = admin.listOffsets(asked).all().get();
        long behind = 0;
        for (var offsets : committed.values())
            for (var one : offsets.entrySet()) {
                if (!asked.containsKey(one.getKey()) || one.getValue() == null) continue;
                long lag = ends.get(one.getKey()).offset() - one.getValue().offset();
                behind += Math.max(0, lag - MARKER);
            }
        return behind;
    }

    private Map<String, Map<TopicPartition, OffsetAndMetadata>> committed()
            throws ExecutionException, InterruptedException {
        List<String> groups =
                admin.listGroups().all().get().stream()
                        .map(g -> g.groupId())
                        .filter(g -> !g.contains(BESIDE_THE_LOOP))
                        .toList();
        if (groups.isEmpty()) return Map.of();
        return admin.listConsumerGroupOffsets(
                        groups.stream()
                                .collect(
                                        Collectors.toMap(
                                                g -> g, g -> new ListConsumerGroupOffsetsSpec())))
                .all()
                .get();
    }

    @Override
    public void close() {
        admin.close();
    }
}
