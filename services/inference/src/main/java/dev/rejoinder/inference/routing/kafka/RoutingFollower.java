package dev.rejoinder.inference.routing.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.inference.routing.VersionRouter;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.TableFollower;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.registry.v1.ModelEvent;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Feeds the registry's compacted topic into the router. New versions are loaded on this thread,
 * while chats go on with the old ones.
 */
public final class RoutingFollower implements AutoCloseable {
    private static final Log LOG = Log.of(RoutingFollower.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final VersionRouter router;
    private final TableFollower follower;
    private final Worker retries;

    private RoutingFollower(
            VersionRouter router, Clients clients, Topics topics, Duration retryEvery) {
        this.router = router;
        this.follower = TableFollower.start(clients, topics, EventTopic.MODELS, this::read);
        this.retries = Worker.start("retry-versions", retryEvery, PATIENCE, this::retry);
    }

    public static RoutingFollower start(
            VersionRouter router, Clients clients, Topics topics, Duration retryEvery) {
        return new RoutingFollower(router, clients, topics, retryEvery);
    }

    private void read(ConsumerRecord<String, byte[]> record) {
        // A tombstone: the model is forgotten; what is served stays until there is a new table.
        if (record.value() == null) return;
        try {
            ModelEvent event = ModelEvent.parseFrom(record.value());
            if (event.hasRouting()) router.follow(event.getRouting());
        } catch (InvalidProtocolBufferException e) {
            LOG.warn(
                    "skipped a record that is no model event",
                    "topic",
                    record.topic(),
                    "partition",
                    record.partition(),
                    "offset",
                    record.offset(),
                    "reason",
                    e.getMessage());
        }
    }

    private boolean retry() {
        router.retryRefused();
        return false;
    }

    @Override
    public void close() {
        retries.close();
        follower.close();
    }
}
