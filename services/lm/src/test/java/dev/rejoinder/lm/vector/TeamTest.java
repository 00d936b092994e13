package dev.rejoinder.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class TeamTest {
    @Test
    void everyItemOfEverySectionIsDoneOnceAndBeforeTheNextBegins() {
        try (Team team = new Team(3)) {
            for (int pass = 0; pass < 20; pass++) {
                team.wake();
                for (int section = 0; section < 100; section++) {
                    int items = 1 + (section * 7) % 23;
                    var done = new AtomicIntegerArray(items);
                    team.run(
                            items,
                            1 + section % 9,
                            (from, to) -> {
                                for (int i = from; i < to; i++) done.incrementAndGet(i);
                            });
                    for (int i = 0; i < items; i++) assertThat(done.get(i)).isEqualTo(1);
                }
                team.rest();
            }
        }
    }

    @Test
    void aFailureReachesTheCallerAndTheTeamGoesOn() {
        try (Team team = new Team(2)) {
            team.wake();
            assertThatThrownBy(() ->
                            team.run(
                                    8,
                                    8,
                                    (from, to) -> {
                                        if (from == 5) throw new IllegalStateException("item 5");
                                    }))
                    .hasMessage("item 5");
            var done = new AtomicIntegerArray(8);
            team.run(8, 8, (from, to) -> done.incrementAndGet(from));
            team.rest();
            for (int i = 0; i < 8; i++) assertThat(done.get(i)).isEqualTo(1);
        }
    }

    @Test
    void aTeamOfNoneIsRefused() {
        assertThatThrownBy(() -> new Team(0)).hasMessageContaining("threads of 0");
    }
}
