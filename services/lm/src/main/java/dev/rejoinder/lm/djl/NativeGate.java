package dev.rejoinder.lm.djl;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import dev.rejoinder.lm.Priority;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which libtorch computes. Everything that libtorch keeps per thread (gradient
 * recording, the executor's mode, the OpenMP team) is then set once, virtual threads are never
 * pinned, and passes take turns:
 *
 * <ul>
 *   <li>by {@link Priority}, in order of arrival within one;
 *   <li>after a decode step that has a successor, lower priorities wait {@link #LINGER} for it, so
 *       that they do not slip in between two tokens;
 *   <li>a lower priority that could not compute for as long as its patience goes first once, so
 *       that training moves on under constant chat, and chat under a backlog of scores.
 * </ul>
 */
final class NativeGate {
    private static final Duration LINGER = Duration.ofMillis(4);
    private static final Map<Priority, Duration> PATIENCE =
            new EnumMap<>(
                    Map.of(
                            Priority.SCORING, Duration.ofMillis(800),
                            Priority.TRAINING, Duration.ofMillis(1200)));
    private static final long STACK_BYTES = 16L << 20;

    private static @Nullable NativeGate shared;
    private static int users;
    private static boolean ends;

    private final ReentrantLock queueLock = new ReentrantLock();
    private final Condition changed = queueLock.newCondition();
    private final Map<Priority, Queue<Pass>> queues = new EnumMap<>(Priority.class);
    private final Map<Priority, Long> lastTaken = new EnumMap<>(Priority.class);
    private final Thread thread;
    private long servingExpectedUntil = System.nanoTime();
    private volatile boolean computing;
    private boolean closed;

    private record Pass(FutureTask<?> task, long submitted, boolean hasSuccessor) {}

    private NativeGate() {
        for (Priority p : Priority.values()) queues.put(p, new ArrayDeque<>());
        thread =
                Thread.ofPlatform()
                        .name("rejoinder-lm")
                        .daemon(true)
                        .stackSize(STACK_BYTES)
                        .unstarted(this::work);
        thread.start();
    }

    /** The process's gate; every call needs one {@link #release}. */
    static synchronized NativeGate acquire() {
        if (shared == null) shared = new NativeGate();
        users++;
        return shared;
    }

    /** Ends and joins the thread when the last user is gone: a native call at exit can crash. */
    static synchronized void release() {
        if (--users > 0 || shared == null) return;
        shared.shutDown();
        shared = null;
    }

    /** When the process is told to end: the running pass ends first, no other begins. */
    static synchronized void endWithTheProcess() {
        if (ends) return;
        ends = true;
        Runtime.getRuntime().addShutdownHook(new Thread(NativeGate::end, "native-end"));
    }

    private static synchronized void end() {
        if (shared != null) shared.shutDown();
    }

    <T> T run(Priority priority, Callable<T> pass) {
        return run(priority, false, pass);
    }

    /**
     * Runs the pass on the native thread and waits for it, also when interrupted: its tensors are
     * in use.
     *
     * @param hasSuccessor whether the caller comes back with the next pass at once
     */
    <T> T run(Priority priority, boolean hasSuccessor, Callable<T> pass) {
        var task = new FutureTask<>(pass);
        if (Thread.currentThread() == thread) {
            task.run();
            return join(task);
        }
        queueLock.lock();
        try {
            if (closed) throw new IllegalStateException("the language model is closed");
            queues.get(priority).add(new Pass(task, System.nanoTime(), hasSuccessor));
            changed.signal();
        } finally {
            queueLock.unlock();
        }
        return join(task);
    }

    /** Passes that wait for the thread. */
    int waiting() {
        queueLock.lock();
        try {
            return queues.values().stream().mapToInt(Queue::size).sum();
        } finally {
            queueLock.unlock();
        }
    }

    /** Whether a pass is running. */
    boolean computing() {
        return computing;
    }

    private static <T> T join(FutureTask<T> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException r) throw r;
                    if (e.getCause() instanceof Error error) throw error;
                    throw new IllegalStateException("a native pass failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private void work() {
        OpenMp.sleepSoonWhileWaiting();
        Engine.getInstance();
        JniUtils.setGradMode(false);
        JniUtils.setGraphExecutorOptimize(false);
        for (Pass pass = next(); pass != null; pass = next()) {
            computing = true;
            pass.task.run();
            computing = false;
            if (pass.hasSuccessor) expectServing();
        }
    }

    private void expectServing() {
        queueLock.lock();
        try {
            servingExpectedUntil = System.nanoTime() + LINGER.toNanos();
        } finally {
            queueLock.unlock();
        }
    }

    private @Nullable Pass next() {
        queueLock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                Pass pass = choose(now);
                if (pass != null) return pass;
                if (closed) return null;
                long linger = servingExpectedUntil - now;
                if (linger > 0) changed.awaitNanos(linger);
                else changed.await();
            }
        } catch (InterruptedException e) {
            return null;
        } finally {
            queueLock.unlock();
        }
    }

    private @Nullable Pass choose(long now) {
        for (Priority p : PATIENCE.keySet()) if (overdue(p, now)) return take(p, now);
        for (Priority p : Priority.values()) {
            if (p != Priority.SERVING && now < servingExpectedUntil && !closed) return null;
            if (!queues.get(p).isEmpty()) return take(p, now);
        }
        return null;
    }

    private boolean overdue(Priority priority, long now) {
        Pass head = queues.get(priority).peek();
        if (head == null) return false;
        long since = Math.max(head.submitted, lastTaken.getOrDefault(priority, head.submitted));
        return now - since > PATIENCE.get(priority).toNanos();
    }

    private Pass take(Priority priority, long now) {
        lastTaken.put(priority, now);
        return queues.get(priority).remove();
    }

    private void shutDown() {
        queueLock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            queueLock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
