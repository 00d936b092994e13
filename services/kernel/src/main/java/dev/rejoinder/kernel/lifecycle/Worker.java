package dev.rejoinder.kernel.lifecycle;

import dev.rejoinder.kernel.log.Log;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A named platform thread that repeats one pass until it is closed. A pass that throws, an {@link
 * Error} too, is logged and repeated after a pause, so that a broker or database that is away for a
 * while costs nothing but time, and no service goes on without its thread.
 */
public final class Worker implements AutoCloseable {
    private static final Log LOG = Log.of(Worker.class);

    /**
     * How a worker paces itself.
     *
     * @param idle pause after a pass that found nothing to do (returned false) or failed
     * @param patience how long {@link #close} waits for the pass in hand before it interrupts it
     */
    public record Rhythm(Duration idle, Duration patience) {}

    private final String name;
    private final Rhythm rhythm;
    private final BooleanSupplier pass;
    private final Runnable ending;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Worker(String name, Rhythm rhythm, BooleanSupplier pass, Runnable ending) {
        this.name = name;
        this.rhythm = rhythm;
        this.pass = pass;
        this.ending = ending;
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param idle pause after a pass that found nothing to do (returned false) or failed
     * @param patience how long {@link #close} waits for the pass in hand
     */
    public static Worker start(
            String name, Duration idle, Duration patience, BooleanSupplier pass) {
        return start(name, new Rhythm(idle, patience), pass, () -> {});
    }

    /**
     * Starts the thread.
     *
     * @param ending runs once on the worker's own thread after its last pass: the place to close
     *     what only that thread may touch
     */
    public static Worker start(String name, Rhythm rhythm, BooleanSupplier pass, Runnable ending) {
        Worker worker = new Worker(name, rhythm, pass, ending);
        worker.thread.start();
        return worker;
    }

    private void run() {
        while (!isClosed()) if (!tryPass()) rest();
        Thread.interrupted(); // The ending shall close things, not trip over our own interrupt.
        try {
            ending.run();
        } catch (RuntimeException e) {
            LOG.error("worker did not end cleanly", e, "service", name);
        }
    }

    private boolean tryPass() {
        try {
            return pass.getAsBoolean();
        } catch (Throwable e) { // An Error as well: a dead thread behind a healthy probe is worse.
            if (!isClosed()) LOG.error("pass failed, trying again", e, "service", name);
            return false;
        }
    }

    /** Waits on the latch rather than sleeping, so that close never has to interrupt a rest. */
    private void rest() {
        try {
            boolean ends = closed.await(rhythm.idle().toMillis(), TimeUnit.MILLISECONDS);
            if (ends) LOG.debug("worker ends", "service", name);
        } catch (InterruptedException e) {
            if (!isClosed()) LOG.warn("interrupted by a stranger, going on", "service", name);
        }
    }

    /** Whether {@link #close} was called: long passes look at it between their steps. */
    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    /**
     * Lets the pass in hand end, then ends the thread; after the patience it is interrupted, and
     * after as long again it is left behind (it is a daemon). From the worker's own thread it only
     * asks for the end.
     */
    @Override
    public void close() {
        closed.countDown();
        if (Thread.currentThread() == thread) return;
        try {
            if (thread.join(rhythm.patience())) return;
            thread.interrupt();
            if (!thread.join(rhythm.patience()))
                LOG.warn("worker did not end in time and is left behind", "service", name);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
