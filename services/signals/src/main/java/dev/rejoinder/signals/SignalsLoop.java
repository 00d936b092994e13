package dev.rejoinder.signals;

import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.EventLoop;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.signals.join.kafka.SignalsHandler;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins and reads turns from start to shutdown. */
@ApplicationScoped
public class SignalsLoop {
    /** Kafka's name of this service. */
    static final String GROUP = "signals";

    private final SignalsSettings settings;
    private @Nullable EventLoop loop;

    @Inject
    public SignalsLoop(SignalsSettings settings) {
        this.settings = settings;
    }

    void start(
            @Observes StartupEvent event, Clients clients, Topics topics, SignalsHandler handler) {
        List<String> problems = SignalsSettings.problems(settings);
        if (!problems.isEmpty()) throw new IllegalArgumentException(String.join("; ", problems));
        loop =
                EventLoop.start(
                        clients,
                        topics,
                        new EventLoop.Subscription(
                                GROUP,
                                List.of(EventTopic.TURNS),
                                List.of(EventTopic.SIGNALS),
                                settings.batch()),
                        handler);
    }

    void stop(@Observes ShutdownEvent event) {
        if (loop != null) loop.close();
    }

    /** Whether the last poll reached Kafka. */
    public boolean isConnected() {
        return loop != null && loop.isConnected();
    }
}
