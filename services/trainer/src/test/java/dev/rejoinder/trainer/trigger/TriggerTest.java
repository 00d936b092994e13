package dev.rejoinder.trainer.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.Texts;
import dev.rejoinder.trainer.dataset.Curation;
import dev.rejoinder.trainer.dataset.PairSieve;
import dev.rejoinder.trainer.dataset.SnapshotMaker;
import dev.rejoinder.trainer.dataset.SnapshotStore;
import dev.rejoinder.trainer.dataset.Split;
import dev.rejoinder.trainer.run.Cause;
import dev.rejoinder.trainer.run.InMemoryRunStore;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.RunQueue;
import dev.rejoinder.trainer.run.Runs;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TriggerTest {
    private static final Duration QUIET = Duration.ofSeconds(30);

    @TempDir Path folder;

    private final TestClock clock = new TestClock();
    private final InMemoryRunStore runs = new InMemoryRunStore();
    private final Pairs.InMemorySource source = new Pairs.InMemorySource();
    private PairsWatch watch;
    private Trigger trigger;

    @BeforeEach
    void build() {
        watch = new PairsWatch(source, clock);
        RunQueue queue =
                new RunQueue(
                        new RunQueue.Shelves(
                                new SnapshotStore(folder.resolve("datasets")), runs, clock),
                        Texts.model(),
                        new SnapshotMaker(
                                source,
                                Texts.encoder(),
                                PairSieve.OPEN,
                                new SnapshotMaker.Rules(
                                        4, new Curation(100, 400), new Split(0.2))));
        TriggerPolicy policy =
                new TriggerPolicy(8, QUIET, Duration.ofHours(24), 4, Duration.ofMinutes(10));
        trigger =
                new Trigger(
                        policy,
                        Runs.hyperparameters(),
                        new Trigger.Surroundings(watch, runs, queue, clock));
    }

    @Test
    void enoughPairsAndThenQuietQueueARun() {
        source.add(Pairs.of(8, 4));

        Optional<Run> atOnce = trigger.look();
        clock.pass(QUIET);
        Optional<Run> later = trigger.look();

        assertThat(atOnce).isEmpty();
        assertThat(later).map(r -> r.facts().cause()).contains(Cause.PAIRS);
        assertThat(watch.waiting()).isEqualTo(8);
    }

    @Test
    void nothingIsQueuedBesideAnOpenRun() {
        source.add(Pairs.of(8, 4));
        trigger.look();
        clock.pass(QUIET);
        trigger.look();
        source.add(Pairs.of(30, 4).subList(8, 30));
        trigger.look();
        clock.pass(QUIET);

        assertThat(trigger.look()).isEmpty();
        assertThat(runs.open()).hasSize(1);
    }

    @Test
    void pairsThatAFinishedRunHasUsedDoNotTriggerAgain() {
        source.add(Pairs.of(8, 4));
        runs.save(Runs.refused("used up to position 8", clock.instant()));

        trigger.look();
        clock.pass(Duration.ofDays(2));

        assertThat(trigger.look()).isEmpty();
        assertThat(watch.waiting()).isZero();
    }

    @Test
    void someNewPairsAreEnoughAfterTheLongestWait() {
        source.add(Pairs.of(5, 5));

        trigger.look();
        clock.pass(Duration.ofHours(24));

        assertThat(trigger.look()).map(r -> r.facts().cause()).contains(Cause.TIME);
    }

    private static final class TestClock extends Clock {
        private Instant now = Runs.NOW;

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("one zone is enough for a test");
        }
    }
}
