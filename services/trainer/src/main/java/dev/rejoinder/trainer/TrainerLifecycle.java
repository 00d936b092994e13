package dev.rejoinder.trainer;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.trainer.run.jdbc.JdbcRunStore;
import dev.rejoinder.trainer.run.kafka.RunPublisher;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Starts the service's two threads and ends them: one trains, one publishes. */
@Singleton
final class TrainerLifecycle {
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** A step of a large model takes a while; the checkpoint after it spares the next start. */
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private static final Log LOG = Log.of(TrainerLifecycle.class);

    private final Trainer trainer;
    private final JdbcRunStore outbox;
    private final TrainerMetrics metrics;
    private final Clients clients;
    private final Topics topics;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private String away = "";

    /** Whether the metrics know of the latest run of a process before. */
    private boolean told;

    private @Nullable Worker worker;
    private @Nullable RunPublisher publisher;

    TrainerLifecycle(
            Trainer trainer,
            JdbcRunStore outbox,
            TrainerMetrics metrics,
            Clients clients,
            Topics topics) {
        this.trainer = trainer;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clients = clients;
        this.topics = topics;
    }

    void start(@Observes StartupEvent event) {
        publisher = RunPublisher.start(clients, topics, outbox);
        worker = Worker.start("trainer", IDLE, PATIENCE, this::pass);
    }

    /** A neighbour that is away is worth one line, not one a second. */
    private boolean pass() {
        try {
            if (!told) outbox.list(1, Optional.empty()).forEach(metrics::found);
            told = true;
            boolean busy = trainer.pass(stopping::get);
            away = "";
            return busy;
        } catch (Refusal e) {
            String reason = String.valueOf(e.getMessage());
            if (e.kind() != Refusal.Kind.UNAVAILABLE) throw e;
            if (!reason.equals(away)) LOG.warn("the trainer waits", "reason", reason);
            away = reason;
            return false;
        }
    }

    /** Stops between two steps; the run goes on after the next start. */
    void stop(@Observes ShutdownEvent event) {
        stopping.set(true);
        if (worker != null) worker.close();
        if (publisher != null) publisher.close();
    }

    boolean isRunning() {
        return worker != null && !stopping.get();
    }
}
