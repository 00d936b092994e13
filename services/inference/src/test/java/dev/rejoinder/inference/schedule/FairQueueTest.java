package dev.rejoinder.inference.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueueTest {
    private static final int PLACES = 4;
    private static final int MAX_PROMPT = 64;
    private static final int MAX_REPLY = 32;
    private static final ToDoubleFunction<String> EQUAL = key -> 1;

    /** {@code U = max(w_p L_input, w_q M)} of the paper; a batch holds M tokens at most. */
    private static final double U =
            Math.max(
                    FairQueue.PROMPT_TOKEN * MAX_PROMPT,
                    FairQueue.REPLY_TOKEN * PLACES * (MAX_PROMPT + MAX_REPLY));

    private static int upTo(int most, Random random) {
        return 1 + random.nextInt(most);
    }

    private static SharedBatch.Request any(SharedBatch batch, String key, Random random) {
        return batch.add(key, upTo(MAX_PROMPT, random), upTo(MAX_REPLY, random));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aKeyThatFloodsKeepsOneThatAsksOnceAtATimeWaitingForAReplyOnly(long seed) {
        Random random = new Random(seed);
        SharedBatch batch = new SharedBatch(PLACES, EQUAL);
        for (int i = 0; i < 1000; i++) any(batch, "flood", random);

        List<Integer> waits = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            SharedBatch.Request one = any(batch, "modest", random);
            while (one.ended == SharedBatch.NOT_YET) batch.step();
            waits.add(one.begun - one.arrived);
        }

        // The flood, alone in the batch, first catches up with what the last request cost, at two a
        // step and place; then the first of the replies that run must end.
        double catchUp =
                (MAX_PROMPT + FairQueue.REPLY_TOKEN * MAX_REPLY) / (FairQueue.REPLY_TOKEN * PLACES);
        assertThat(waits).allMatch(wait -> wait <= catchUp + MAX_REPLY);
        assertThat(batch.waiting()).as("of the flood").isGreaterThan(500);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void keysThatWaitAllTheTimeAreServedAlikeWhateverTheyAskFor(long seed) {
        Random random = new Random(seed);
        SharedBatch batch = new SharedBatch(PLACES, EQUAL);
        for (int i = 0; i < 2000; i++) batch.add("short", upTo(8, random), upTo(4, random));
        for (int i = 0; i < 200; i++) batch.add("long", MAX_PROMPT, upTo(MAX_REPLY, random));

        for (int i = 0; i < 1000; i++) {
            batch.step();
            assertThat(Math.abs(batch.served("short") - batch.served("long")))
                    .as("seed %d, step %d", seed, batch.now())
                    .isLessThanOrEqualTo((long) (2 * U));
        }
        assertThat(batch.served("short")).isGreaterThan((long) (4 * U));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aKeyOfThreeTimesTheWeightIsServedThreeTimesAsMuch(long seed) {
        Random random = new Random(seed);
        SharedBatch batch = new SharedBatch(PLACES, key -> key.equals("heavy") ? 3 : 1);
        for (int i = 0; i < 1000; i++) {
            any(batch, "heavy", random);
            any(batch, "light", random);
        }

        for (int i = 0; i < 3000; i++) {
            batch.step();
            assertThat(Math.abs(batch.served("heavy") / 3.0 - batch.served("light")))
                    .as("seed %d, step %d", seed, batch.now())
                    .isLessThanOrEqualTo(2 * U);
        }
        assertThat(batch.served("light")).isGreaterThan((long) (4 * U));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nobodySavesUpByStayingAway(long seed) {
        Random random = new Random(seed);
        SharedBatch batch = new SharedBatch(PLACES, EQUAL);
        for (int i = 0; i < 1000; i++) any(batch, "early", random);
        for (int i = 0; i < 1500; i++) batch.step();
        long before = batch.served("early");
        for (int i = 0; i < 500; i++) any(batch, "late", random);

        for (int i = 0; i < 1000; i++) {
            batch.step();
            assertThat(Math.abs(batch.served("early") - before - batch.served("late")))
                    .as("seed %d, step %d", seed, batch.now())
                    .isLessThanOrEqualTo((long) (2 * U));
        }
        assertThat(before).as("what could have been saved").isGreaterThan((long) (4 * U));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noPlaceIsEmptyWhileAnybodyWaitsAndEverybodyIsServed(long seed) {
        Random random = new Random(seed);
        SharedBatch batch = new SharedBatch(PLACES, EQUAL);
        List<SharedBatch.Request> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) all.add(any(batch, "flood", random));

        while (batch.waiting() + batch.running() > 0) {
            if (all.size() < 1000 && random.nextInt(4) == 0)
                all.add(any(batch, "key" + random.nextInt(30), random));
            int wanted = Math.min(PLACES, batch.running() + batch.waiting());
            long before = all.stream().filter(r -> r.ended != SharedBatch.NOT_YET).count();
            batch.step();
            long ended = all.stream().filter(r -> r.ended != SharedBatch.NOT_YET).count() - before;
            assertThat(batch.running() + ended).as("places used").isEqualTo(wanted);
        }

        assertThat(all).hasSizeGreaterThan(500).noneMatch(r -> r.ended == SharedBatch.NOT_YET);
    }

    @Test
    void withinAKeyWhoCameFirstGoesFirst() {
        FairQueue<Integer> queue = new FairQueue<>(EQUAL);
        for (int i = 0; i < 3; i++) queue.add("key", i);

        assertThat(List.of(queue.poll(), queue.poll(), queue.poll())).containsExactly(0, 1, 2);
        assertThat(queue.poll()).isNull();
    }

    @Test
    void keysThatAreServedAlikeTakeTurns() {
        FairQueue<String> queue = new FairQueue<>(EQUAL);
        for (String key : List.of("a", "b", "c")) {
            queue.add(key, key + 1);
            queue.add(key, key + 2);
        }

        List<String> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) order.add(queue.poll());

        assertThat(order).containsExactly("a1", "b1", "c1", "a2", "b2", "c2");
    }

    @Test
    void whatIsNoLongerWantedLeavesTheQueueAndIsNotCharged() {
        FairQueue<String> queue = new FairQueue<>(EQUAL);
        queue.add("a", "a1");
        queue.add("b", "b1");

        assertThat(queue.remove("a", "a1")).isTrue();
        queue.ended("a");

        assertThat(queue.remove("a", "a1")).as("twice").isFalse();
        assertThat(queue.inFlight()).isEqualTo(1);
        assertThat(queue.inFlight("a")).isZero();
        assertThat(queue.poll()).isEqualTo("b1");
        assertThat(queue.keysWaiting()).isZero();
    }

    @Test
    void onlyAKeyInFlightIsCharged() {
        FairQueue<String> queue = new FairQueue<>(EQUAL);

        assertThatThrownBy(() -> queue.charge("stranger", 1, 1))
                .isInstanceOf(IllegalStateException.class);
    }
}
