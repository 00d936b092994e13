package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NativeGateTest {
    private NativeGate gate;

    @BeforeEach
    void acquire() {
        gate = NativeGate.acquire();
    }

    @AfterEach
    void release() {
        NativeGate.release();
    }

    @Test
    void whenSeveralWaitAChatGoesFirstThenAScoreThenTraining() {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        var busy = new CountDownLatch(1);
        var submitted = new AtomicInteger();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            callers.submit(() -> gate.run(Priority.SERVING, () -> await(busy)));
            Awaitility.await().until(() -> gate.computing());
            for (Priority p : List.of(Priority.TRAINING, Priority.SCORING, Priority.SERVING)) {
                callers.submit(() -> gate.run(p, () -> order.add(p.name())));
                int waiting = submitted.incrementAndGet();
                Awaitility.await().until(() -> gate.waiting() == waiting);
            }

            busy.countDown();
        }

        assertThat(order).containsExactly("SERVING", "SCORING", "TRAINING");
    }

    @Test
    void passesOfOnePriorityRunInOrderOfArrivalOnOneThread() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        var busy = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            callers.submit(() -> gate.run(Priority.SERVING, () -> await(busy)));
            Awaitility.await().until(() -> gate.computing());
            for (int i = 0; i < 5; i++) {
                int number = i;
                callers.submit(() ->
                        gate.run(
                                Priority.SCORING,
                                () -> threads.add(Thread.currentThread()) & order.add(number)));
                Awaitility.await().until(() -> gate.waiting() == number + 1);
            }

            busy.countDown();
        }

        assertThat(order).containsExactly(0, 1, 2, 3, 4);
        assertThat(threads).containsOnly(threads.getFirst());
    }

    @Test
    void trainingMovesOnUnderChatThatNeverPauses() {
        var trained = new AtomicInteger();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++)
                callers.submit(() -> {
                    while (trained.get() < 2) gate.run(Priority.SERVING, true, () -> Math.sqrt(2));
                });
            callers.submit(() -> gate.run(Priority.TRAINING, trained::incrementAndGet));
            callers.submit(() -> gate.run(Priority.TRAINING, trained::incrementAndGet));
        }

        assertThat(trained).hasValue(2);
    }

    @Test
    void aPassThatFailsFailsItsCallerOnly() {
        assertThatThrownBy(() ->
                        gate.run(
                                Priority.SCORING,
                                () -> {
                                    throw new IllegalArgumentException("no such tensor");
                                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such tensor");

        assertThat(gate.run(Priority.SCORING, () -> 7)).isEqualTo(7);
    }

    @Test
    void anInterruptedCallerStillGetsItsResultAndKeepsTheInterrupt() {
        Thread.currentThread().interrupt();

        assertThat(gate.run(Priority.SCORING, () -> 7)).isEqualTo(7);

        assertThat(Thread.interrupted()).isTrue();
    }

    private static boolean await(CountDownLatch latch) throws InterruptedException {
        latch.await();
        return true;
    }
}
