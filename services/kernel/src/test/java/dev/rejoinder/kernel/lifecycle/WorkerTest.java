package dev.rejoinder.kernel.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void closingLetsAPassInHandEndAlsoWhileItWaitsForSomething() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicReference<Boolean> answered = new AtomicReference<>();
        Worker worker =
                Worker.start(
                        "waits",
                        SHORT,
                        LONG,
                        () -> {
                            began.countDown();
                            answered.set(awaitUninterrupted(answer));
                            return true;
                        });
        began.await();
        Thread closer = Thread.ofVirtual().start(worker::close);
        await().until(worker::isClosed);

        answer.countDown();
        closer.join();

        assertThat(answered.get()).isTrue();
    }

    @Test
    void aPassThatNeverEndsIsInterruptedAfterThePatience() {
        AtomicReference<Boolean> answered = new AtomicReference<>();
        CountDownLatch began = new CountDownLatch(1);
        Worker worker =
                Worker.start(
                        "hangs",
                        SHORT,
                        Duration.ofMillis(200),
                        () -> {
                            began.countDown();
                            answered.set(awaitUninterrupted(new CountDownLatch(1)));
                            return true;
                        });
        await().until(() -> began.getCount() == 0);

        worker.close();

        assertThat(answered.get()).isFalse();
    }

    @Test
    void closingEndsARestAtOnce() {
        AtomicInteger passes = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        Worker worker =
                Worker.start(
                        "rests",
                        new Worker.Rhythm(Duration.ofHours(1), LONG),
                        () -> passes.incrementAndGet() > 1,
                        () -> ended.set(true));
        await().until(() -> passes.get() == 1);

        worker.close();

        assertThat(ended).isTrue();
        assertThat(passes).hasValue(1);
    }

    @Test
    void anErrorInAPassDoesNotEndTheThread() {
        AtomicInteger passes = new AtomicInteger();
        try (Worker worker =
                Worker.start(
                        "stumbles",
                        SHORT,
                        LONG,
                        () -> {
                            if (passes.incrementAndGet() == 1) throw new StackOverflowError();
                            return false;
                        })) {
            await().until(() -> passes.get() > 1);
            assertThat(worker.isClosed()).isFalse();
        }
    }

    @Test
    void aWorkerMayCloseItself() {
        AtomicReference<Worker> self = new AtomicReference<>();
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch known = new CountDownLatch(1);
        Worker worker =
                Worker.start(
                        "leaves",
                        new Worker.Rhythm(SHORT, LONG),
                        () -> {
                            awaitUninterrupted(known);
                            self.get().close();
                            return true;
                        },
                        () -> ended.set(true));
        self.set(worker);

        known.countDown();

        await().untilTrue(ended);
    }

    /** False if it was interrupted. */
    private static boolean awaitUninterrupted(CountDownLatch latch) {
        try {
            return latch.await(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }
}
