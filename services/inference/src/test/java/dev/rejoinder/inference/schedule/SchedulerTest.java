package dev.rejoinder.inference.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.inference.LetterGenerator;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.TokenSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String KEY = "key";

    private final AtomicLong nanos = new AtomicLong();
    private final Queue<Long> waits = new ConcurrentLinkedQueue<>();
    private @Nullable Scheduler scheduler;

    @AfterEach
    void stop() {
        if (scheduler != null) scheduler.close();
    }

    private Scheduler over(LetterGenerator generator, int maxWaiting) {
        Scheduler fresh =
                new Scheduler(() -> generator, QueueLimits.of(maxWaiting), nanos::get, waits::add);
        scheduler = fresh;
        return fresh;
    }

    private static final class Heard implements TokenSink {
        final StringBuffer text = new StringBuffer();
        final CompletableFuture<FinishReason> reason = new CompletableFuture<>();

        @Override
        public void token(GeneratedToken token) {
            text.append(token.text());
        }

        @Override
        public void finished(FinishReason why, String rest, @Nullable RuntimeException error) {
            assertThat(reason.complete(why)).as("ends once").isTrue();
        }
    }

    private static Scheduler.Job job(int tokens, TokenSink sink) {
        return new Scheduler.Job(
                new GenerationRequest(
                        new int[] {1}, new Sampling(1, 1, 0, 0), tokens, List.of(), null),
                sink);
    }

    private static List<Scheduler.Job> jobs(int count, List<Heard> heard) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    heard.add(new Heard());
                    return job(3, heard.getLast());
                })
                .toList();
    }

    @Test
    void moreRowsThanTheBatchHoldsAreAllAnswered() {
        List<Heard> heard = new ArrayList<>();
        over(LetterGenerator.free(4), 20).submit(KEY, jobs(20, heard));

        assertThat(heard)
                .allSatisfy(one -> {
                    assertThat(one.reason).succeedsWithin(SOON).isEqualTo(FinishReason.LENGTH);
                    assertThat(one.text).hasToString("abc");
                });
    }

    @Test
    void aFullQueueRefusesWithTheTimeToWaitAndTakesChatsAgainWhenDrained() {
        LetterGenerator generator = LetterGenerator.held(2);
        Scheduler full = over(generator, 3);
        List<Heard> heard = new ArrayList<>();
        full.submit(KEY, jobs(5, heard));

        assertThatThrownBy(() -> full.submit(KEY, jobs(1, new ArrayList<>())))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.EXHAUSTED);
                            assertThat(refusal.metadata())
                                    .containsEntry("waiting", "3")
                                    .containsEntry("limit", "3")
                                    .containsEntry("retry_after_seconds", "1");
                        });
        assertThat(full.waiting()).isEqualTo(3);

        generator.allow(100);
        assertThat(heard).allSatisfy(one -> assertThat(one.reason).succeedsWithin(SOON));
        List<Heard> later = new ArrayList<>();
        full.submit(KEY, jobs(5, later));
        assertThat(later).allSatisfy(one -> assertThat(one.reason).succeedsWithin(SOON));
    }

    @Test
    void aChatOfSeveralRepliesIsTakenWholeOrNotAtAll() {
        LetterGenerator generator = LetterGenerator.held(1);
        Scheduler small = over(generator, 2);
        List<Heard> refused = new ArrayList<>();

        assertThatThrownBy(() -> small.submit(KEY, jobs(4, refused))).isInstanceOf(Refusal.class);

        assertThat(small.waiting()).isZero();
        assertThat(refused).noneMatch(one -> one.reason.isDone());
        small.submit(KEY, jobs(3, new ArrayList<>()));
        assertThat(small.waiting()).isEqualTo(2);
    }

    @Test
    void aCancelledRowGivesItsPlaceToTheNext() {
        LetterGenerator generator = LetterGenerator.held(1);
        Scheduler one = over(generator, 1);
        Heard first = new Heard();
        Heard second = new Heard();
        BatchGenerator.Ticket ticket = one.submit(KEY, List.of(job(1000, first))).getFirst();
        one.submit(KEY, List.of(job(2, second)));
        generator.allow(1);

        ticket.cancel();
        generator.allow(2);

        assertThat(first.reason).succeedsWithin(SOON).isEqualTo(FinishReason.CANCELLED);
        assertThat(second.reason).succeedsWithin(SOON).isEqualTo(FinishReason.LENGTH);
        assertThat(second.text).hasToString("ab");
    }

    @Test
    void aRowThatIsCancelledWhileItWaitsLeavesTheQueueAtOnce() {
        Scheduler one = over(LetterGenerator.held(1), 1);
        List<Heard> heard = new ArrayList<>();
        BatchGenerator.Ticket waiting = one.submit(KEY, jobs(2, heard)).getLast();

        waiting.cancel();

        assertThat(heard.getLast().reason).isCompletedWithValue(FinishReason.CANCELLED);
        assertThat(one.waiting()).isZero();
        one.submit(KEY, jobs(1, heard));
        assertThat(one.waiting()).isEqualTo(1);
    }

    @Test
    void aKeyThatAsksForOneReplyGoesBeforeTheRestOfAFlood() {
        LetterGenerator generator = LetterGenerator.held(1);
        Scheduler fair = over(generator, 40);
        List<Heard> flood = new ArrayList<>();
        List<Heard> modest = new ArrayList<>();
        fair.submit("flood", jobs(20, flood));
        fair.submit("modest", jobs(1, modest));

        generator.allow(6);

        assertThat(modest.getFirst().reason).succeedsWithin(SOON).isEqualTo(FinishReason.LENGTH);
        assertThat(flood.stream().filter(one -> one.reason.isDone())).hasSize(1);
    }

    @Test
    void oneKeyCannotFillTheQueueOfTheOthers() {
        Scheduler shared =
                new Scheduler(
                        () -> LetterGenerator.held(2),
                        new QueueLimits(10, 3, key -> 1),
                        nanos::get,
                        waits::add);
        scheduler = shared;
        shared.submit("flood", jobs(5, new ArrayList<>()));

        assertThatThrownBy(() -> shared.submit("flood", jobs(1, new ArrayList<>())))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.EXHAUSTED);
                            assertThat(refusal)
                                    .hasMessageContaining(
                                            "5 replies to this user or API key are running or waiting and 1 more were asked for, the limit for each is 5; try again in 1 s");
                            assertThat(refusal.metadata()).containsEntry("limit", "3");
                        });
        shared.submit("modest", jobs(5, new ArrayList<>()));
        assertThat(shared.waiting()).isEqualTo(8);
    }

    @Test
    void howLongARowWaitedIsHeard() {
        LetterGenerator generator = LetterGenerator.held(1);
        List<Heard> heard = new ArrayList<>();
        over(generator, 4).submit(KEY, jobs(2, heard));
        await().atMost(SOON).until(() -> waits.size() == 1);

        nanos.addAndGet(500);
        generator.allow(6);

        assertThat(heard.getLast().reason).succeedsWithin(SOON);
        assertThat(waits).containsExactly(0L, 500L);
    }

    @Test
    void aBrokenStepEndsItsRowsAndAFreshBatchTakesTheNext() {
        LetterGenerator broken = LetterGenerator.held(2);
        Iterator<LetterGenerator> generators = List.of(broken, LetterGenerator.free(2)).iterator();
        Scheduler healing =
                new Scheduler(generators::next, QueueLimits.of(4), nanos::get, waits::add);
        scheduler = healing;
        List<Heard> first = new ArrayList<>();
        healing.submit(KEY, jobs(3, first));

        broken.breakNext(new IllegalStateException("native failure"));

        assertThat(first.subList(0, 2))
                .allSatisfy(one ->
                        assertThat(one.reason).succeedsWithin(SOON).isEqualTo(FinishReason.ERROR));
        assertThat(first.getLast().reason)
                .as("was not in the batch")
                .succeedsWithin(SOON)
                .isEqualTo(FinishReason.LENGTH);
        List<Heard> next = new ArrayList<>();
        healing.submit(KEY, jobs(2, next));
        assertThat(next)
                .allSatisfy(one ->
                        assertThat(one.reason).succeedsWithin(SOON).isEqualTo(FinishReason.LENGTH));
        assertThat(healing.isAlive()).isTrue();
    }

    @Test
    void aDrainLetsRunningRowsFinishAndTakesNoNewOnes() {
        Scheduler draining = over(LetterGenerator.free(2), 10);
        List<Heard> heard = new ArrayList<>();
        draining.submit(KEY, jobs(8, heard));

        draining.drain(SOON);

        assertThat(heard).allMatch(one -> one.reason.join() == FinishReason.LENGTH);
        assertThatThrownBy(() -> draining.submit(KEY, jobs(1, heard)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("stopping");
        assertThat(draining.isAlive()).isFalse();
    }

    @Test
    void theTimeToWaitFollowsTheMeasuredRate() {
        FinishRate rate = new FinishRate(nanos::get);
        for (int i = 0; i < 10; i++) {
            rate.finished();
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        }

        // Ten replies in twenty seconds: two seconds each.
        assertThat(rate.secondsFor(1)).isEqualTo(2);
        assertThat(rate.secondsFor(7)).isEqualTo(14);
        assertThat(rate.secondsFor(1000)).isEqualTo(60);
    }
}
