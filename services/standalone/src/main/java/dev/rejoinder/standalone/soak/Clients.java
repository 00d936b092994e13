package dev.rejoinder.standalone.soak;

import dev.rejoinder.bench.soak.Outcome;
import dev.rejoinder.bench.soak.PlannedRequest;
import dev.rejoinder.bench.soak.Tally;
import dev.rejoinder.inference.routing.ServedVersion;
import dev.rejoinder.inference.schedule.QueueLimits;
import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.GenerationRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The inference service's scheduler, with never more than so many requests in it. */
final class Clients implements AutoCloseable {
    /** As {@code rejoinder.inference.max-running} is set by default. */
    private static final int RUNNING = 16;

    /** So that some always wait. */
    private static final int IN_FLIGHT = 24;

    /** The users among whom the scheduler is fair, and versions are split. */
    private static final int USERS = 10;

    /** Far beyond what the slowest request takes; one that takes longer has been lost. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final SwappedAdapters adapters;
    private final Tally tally;
    private final JsonReplies json;
    private final Scheduler scheduler;
    private final Semaphore places = new Semaphore(IN_FLIGHT);
    private final Map<GenerationRequest, SoakStream> expected =
            Collections.synchronizedMap(new IdentityHashMap<>());
    private volatile @Nullable WatchedBatch batch;
    private int asked;

    Clients(LanguageModel model, SwappedAdapters adapters, Tally tally) {
        this.adapters = adapters;
        this.tally = tally;
        this.json = new JsonReplies(model);
        this.scheduler =
                new Scheduler(
                        () -> fresh(model),
                        QueueLimits.of(IN_FLIGHT),
                        System::nanoTime,
                        waited -> {});
    }

    private BatchGenerator fresh(LanguageModel model) {
        WatchedBatch made = new WatchedBatch(model.generator(RUNNING), expected);
        batch = made;
        return made;
    }

    /**
     * Asks as soon as there is a place.
     *
     * @return false if none became free: requests are lost
     */
    boolean ask(PlannedRequest planned) {
        if (!acquired(1)) return false;
        tally.asked();
        String user = "user-" + asked++ % USERS;
        ServedVersion version = planned.adapted() ? adapters.lease(user) : null;
        GenerationRequest request =
                new GenerationRequest(
                        planned.prompt(),
                        planned.sampling(),
                        planned.maxTokens(),
                        planned.stop(),
                        version == null ? null : version.adapter(),
                        planned.json() ? json.constraint() : null);
        SoakStream stream = new SoakStream(planned.leaving(), new Client(request, version));
        expected.put(request, stream);
        stream.asked(
                scheduler.submit(user, List.of(new Scheduler.Job(request, stream))).getFirst());
        return true;
    }

    /** Runs something through the adapter that is served, or now and then through none. */
    void withAdapter(Consumer<@Nullable Adapter> task) {
        if (asked % 2 == 0) {
            task.accept(null);
            return;
        }
        ServedVersion version = adapters.lease("user-0");
        try {
            task.accept(version.adapter());
        } finally {
            version.release();
        }
    }

    /**
     * Waits until nothing is in flight.
     *
     * @return false if requests are lost
     */
    boolean awaitAll() {
        if (!acquired(IN_FLIGHT)) return false;
        places.release(IN_FLIGHT);
        WatchedBatch last = Objects.requireNonNull(batch);
        // The last row is heard of a moment before it leaves the batch.
        while (!last.isIdle()) Thread.onSpinWait();
        return true;
    }

    private boolean acquired(int count) {
        try {
            return places.tryAcquire(count, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Of the cache. */
    int heldBlocks() {
        return Objects.requireNonNull(batch).heldBlocks();
    }

    @Override
    public void close() {
        scheduler.close();
    }

    /** One request's place and its hold on a version. */
    private final class Client implements SoakStream.Hearer {
        private final GenerationRequest request;
        private final @Nullable ServedVersion version;
        private final AtomicBoolean holds;

        Client(GenerationRequest request, @Nullable ServedVersion version) {
            this.request = request;
            this.version = version;
            this.holds = new AtomicBoolean(version != null);
        }

        /** Early on purpose: the adapter is then closed while rows still use it. */
        @Override
        public void begun() {
            if (version != null && holds.compareAndSet(true, false)) version.release();
        }

        @Override
        public void ended(Outcome outcome) {
            begun();
            expected.remove(request);
            tally.ended(outcome);
            places.release();
        }

        @Override
        public void fault(String what) {
            tally.fault(what);
        }
    }
}
