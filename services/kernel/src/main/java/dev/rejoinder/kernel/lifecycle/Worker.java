package dev.rejoinder.kernel.lifecycle;

import dev.rejoinder.kernel.log.Log;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A named platform thread that repeats one pass until it is closed. A pass that throws is logged
 * and repeated after a pause, so that a broker or database that is away for a while costs nothing
 * but time.
 */
public final class Worker implements AutoCloseable {
    private static final Log LOG = Log.of(Worker.class);

    private final String name;
    private final BooleanSupplier pass;
    private final Duration idle;
    private final Duration patience;
    private final Thread thread;
    private volatile boolean closed;

    private Worker(String name, Duration idle, Duration patience, BooleanSupplier pass) {
        this.name = name;
        this.pass = pass;
        this.idle = idle;
        this.patience = patience;
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
        Worker worker = new Worker(name, idle, patience, pass);
        worker.thread.start();
        return worker;
    }

    private void run() {
        while (!closed) {
            boolean busy = false;
            try {
                busy = pass.getAsBoolean();
            } catch (RuntimeException e) {
                if (!closed) LOG.error("pass failed, trying again", e, "service", name);
            }
            if (!busy) rest();
        }
    }

    private void rest() {
        try {
            Thread.sleep(idle);
        } catch (InterruptedException e) {
            // Only close() interrupts; the loop's condition ends it.
            if (!closed) LOG.warn("interrupted by a stranger, going on", "service", name);
        }
    }

    /** Whether {@link #close} was called: long passes look at it between their steps. */
    public boolean isClosed() {
        return closed;
    }

    /** Lets the pass in hand end, then ends the thread; after the patience it is interrupted. */
    @Override
    public void close() {
        closed = true;
        try {
            if (thread.getState() == Thread.State.TIMED_WAITING) thread.interrupt();
            if (!thread.join(patience)) {
                thread.interrupt();
                thread.join(patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
