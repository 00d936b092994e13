package dev.rejoinder.lm.vector;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** A space of its own for each thread that asks, all closed at once. */
final class PerThread<T extends AutoCloseable> implements AutoCloseable {
    private final ThreadLocal<T> spaces;
    private final Queue<T> made = new ConcurrentLinkedQueue<>();

    PerThread(Supplier<T> maker) {
        spaces =
                ThreadLocal.withInitial(() -> {
                    T space = maker.get();
                    made.add(space);
                    return space;
                });
    }

    T get() {
        return spaces.get();
    }

    @Override
    public void close() {
        for (T space : made)
            try {
                space.close();
            } catch (Exception e) {
                throw new IllegalStateException("memory of a thread cannot be freed", e);
            }
    }
}
