package dev.rejoinder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PromptsTest {
    private static final int SMOLLM2 = 49_152;

    /** (40507 * 3 + 9973 i) mod 49152, the rule that compare.py follows too. */
    @Test
    void idsFollowTheRuleThatTheComparisonKnows() {
        assertThat(Prompts.ids(SMOLLM2, 3, 4)).containsExactly(23_217, 33_190, 43_163, 3984);
    }

    @Test
    void promptsOfDifferentSeedsDifferFromTheFirstTokenOn() {
        Set<Integer> firsts = new TreeSet<>();
        for (int seed = 0; seed < 10_000; seed++) firsts.add(Prompts.ids(SMOLLM2, seed, 1)[0]);

        assertThat(firsts).hasSize(10_000).allMatch(id -> id >= 0 && id < SMOLLM2);
    }
}
