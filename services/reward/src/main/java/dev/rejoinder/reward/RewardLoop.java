package dev.rejoinder.reward;

import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.EventLoop;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.reward.flr.FlrScorer;
import dev.rejoinder.reward.turns.Share;
import dev.rejoinder.reward.turns.kafka.RewardsHandler;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores recorded turns from start to shutdown. */
@ApplicationScoped
public class RewardLoop {
    /** Kafka's name of this service. */
    static final String GROUP = "reward";

    private final RewardSettings settings;
    private @Nullable EventLoop loop;

    @Inject
    public RewardLoop(RewardSettings settings) {
        this.settings = settings;
    }

    void start(
            @Observes StartupEvent event,
            Clients clients,
            Topics topics,
            FlrScorer scorer,
            RewardMetrics metrics,
            Clock clock) {
        List<String> problems = RewardSettings.problems(settings);
        if (!problems.isEmpty()) throw new IllegalArgumentException(String.join("; ", problems));
        EventLoop.Subscription subscription =
                new EventLoop.Subscription(
                        GROUP,
                        List.of(EventTopic.TURNS),
                        List.of(EventTopic.REWARDS),
                        settings.batch());
        Share share = new Share(settings.share());
        loop =
                EventLoop.start(
                        clients,
                        topics,
                        subscription,
                        new RewardsHandler(scorer, share, metrics, clock));
    }

    void stop(@Observes ShutdownEvent event) {
        if (loop != null) loop.close();
    }

    /** Whether the last poll reached Kafka. */
    public boolean isConnected() {
        return loop != null && loop.isConnected();
    }
}
