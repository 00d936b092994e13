package dev.rejoinder.standalone.demo;

import dev.rejoinder.standalone.platform.CannotGoOn;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** Waiting, for the parts of a demo. */
final class Phases {
    private static final Duration PAUSE = Duration.ofMillis(300);

    private Phases() {}

    /**
     * Waits until it is true.
     *
     * @param step called at every look
     * @return whether it became true within the limit
     */
    static boolean until(Duration limit, BooleanSupplier reached, Runnable step) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            step.run();
            if (reached.getAsBoolean()) return true;
            if (System.nanoTime() > end) return false;
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CannotGoOn("the demo was interrupted", e);
            }
        }
    }

    static void await(Future<?> work) {
        try {
            work.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a simulated user failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotGoOn("the demo was interrupted", e);
        }
    }
}
