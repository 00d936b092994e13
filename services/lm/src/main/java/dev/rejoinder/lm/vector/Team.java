package dev.rejoinder.lm.vector;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the sections of a pass, hundreds of them, each some microseconds long. Work is
 * taken piece by piece, so a worker that has lost its core to somebody else delays nobody: the
 * others do its pieces. Workers spin within a pass and sleep between two. One pass at a time.
 */
public final class Team implements AutoCloseable {
    /** About a tenth of a millisecond; then the core is offered to others at every turn. */
    private static final int SPINS = 2000;

    private final Thread[] workers;
    private volatile boolean awake;
    private volatile boolean closed;
    private volatile @Nullable Section section;

    /** Does the items from one number to before another. */
    public interface Work {
        void over(int from, int to);
    }

    private static final class Section {
        final Work work;
        final int items;
        final int pieces;
        final AtomicInteger taken = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        volatile @Nullable RuntimeException failure;

        Section(Work work, int items, int pieces) {
            this.work = work;
            this.items = items;
            this.pieces = pieces;
        }

        void help() {
            for (int p = taken.getAndIncrement(); p < pieces; p = taken.getAndIncrement()) {
                try {
                    work.over(border(p), border(p + 1));
                } catch (RuntimeException e) {
                    failure = e;
                } finally {
                    done.incrementAndGet();
                }
            }
        }

        private int border(int piece) {
            return (int) ((long) items * piece / pieces);
        }
    }

    /**
     * @param threads the caller's included
     */
    public Team(int threads) {
        if (threads < 1)
            throw new IllegalArgumentException("threads of " + threads + " is below 1");
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++)
            workers[i] =
                    Thread.ofPlatform()
                            .name("rejoinder-lm-" + (i + 1))
                            .daemon(true)
                            .start(this::work);
    }

    int threads() {
        return workers.length + 1;
    }

    /** Before a pass. */
    void wake() {
        awake = true;
        for (Thread worker : workers) LockSupport.unpark(worker);
    }

    /** After a pass. */
    void rest() {
        awake = false;
    }

    /** Runs a section and returns when all of it is done. */
    void run(int items, int pieces, Work work) {
        if (workers.length == 0 || pieces < 2 || !awake) {
            work.over(0, items);
            return;
        }
        var next = new Section(work, items, Math.min(pieces, items));
        section = next;
        next.help();
        for (int spins = 0; next.done.get() < next.pieces; spins++) pause(spins);
        RuntimeException failure = next.failure;
        if (failure != null) throw failure;
    }

    private void work() {
        Section last = null;
        int spins = 0;
        while (!closed) {
            Section current = section;
            if (current != null && current != last) {
                last = current;
                current.help();
                spins = 0;
            } else if (!awake) {
                LockSupport.park(this);
            } else {
                pause(spins++);
            }
        }
    }

    private static void pause(int spins) {
        if (spins < SPINS) Thread.onSpinWait();
        else Thread.yield();
    }

    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) LockSupport.unpark(worker);
    }
}
