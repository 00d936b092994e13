package dev.rejoinder.preferences;

import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.EventLoop;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.preferences.mining.Curator;
import dev.rejoinder.preferences.mining.Ledger;
import dev.rejoinder.preferences.mining.Miner;
import dev.rejoinder.preferences.mining.grpc.RemotePolicy;
import dev.rejoinder.preferences.mining.grpc.RemoteScorer;
import dev.rejoinder.preferences.mining.jdbc.JdbcLedger;
import dev.rejoinder.preferences.mining.jdbc.JudgedShelf;
import dev.rejoinder.preferences.mining.jdbc.PairShelf;
import dev.rejoinder.preferences.mining.kafka.MiningMetrics;
import dev.rejoinder.preferences.mining.kafka.SignalHandler;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.inference.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import dev.rejoinder.proto.reward.v1.RewardServiceGrpc.RewardServiceBlockingStub;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The service's parts, put together, started and stopped. */
@Singleton
public class PreferencesNode {
    /** The consumer group, and the name of the schema. */
    static final String NAME = "preferences";

    private final CheckedSettings settings;
    private final Clients clients;
    private final Topics topics;
    private final Clock clock;
    private final Jdbi jdbi;
    private @Nullable EventLoop loop;

    @Inject
    PreferencesNode(
            PreferencesSettings settings,
            DataSource source,
            Clients clients,
            Topics topics,
            Clock clock) {
        this.settings = CheckedSettings.of(settings);
        this.clients = clients;
        this.topics = topics;
        this.clock = clock;
        this.jdbi = Schema.open(source, NAME);
    }

    @Produces
    @Singleton
    PairShelf pairs() {
        return new PairShelf(jdbi);
    }

    @Produces
    @Singleton
    JudgedShelf judged() {
        return new JudgedShelf(jdbi);
    }

    void start(
            @Observes StartupEvent event,
            @GrpcClient("inference") InferenceServiceBlockingStub inference,
            @GrpcClient("reward") RewardServiceBlockingStub reward,
            MeterRegistry registry) {
        Ledger ledger = new JdbcLedger(jdbi, new Curator(settings.rules().curation()), clock);
        Miner miner =
                new Miner(
                        settings.rules(),
                        new RemotePolicy(inference, settings.calls()),
                        new RemoteScorer(reward, settings.calls()),
                        ledger);
        loop =
                EventLoop.start(
                        clients,
                        topics,
                        new EventLoop.Subscription(
                                NAME,
                                List.of(EventTopic.SIGNALS),
                                List.of(EventTopic.PAIRS),
                                settings.batchSize()),
                        new SignalHandler(miner, new MiningMetrics(registry)));
    }

    void stop(@Observes ShutdownEvent event) {
        EventLoop running = loop;
        if (running != null) running.close();
    }

    boolean isConnected() {
        EventLoop running = loop;
        return running != null && running.isConnected();
    }
}
