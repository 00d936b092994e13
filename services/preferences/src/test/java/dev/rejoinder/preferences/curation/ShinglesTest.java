package dev.rejoinder.preferences.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ShinglesTest {
    private static double similarity(String one, String other) {
        return Shingles.of(one).similarity(Shingles.of(other));
    }

    @Test
    void caseSpacingAndPunctuationMakeNoDifference() {
        assertThat(similarity("The moon pulls the water.", "the  moon\npulls, the water")).isOne();
    }

    @Test
    void similarityIsTheShareOfCommonRunsOfThreeWords() {
        // a b c d e has abc bcd cde; a b c d f has abc bcd cdf: 2 common of 4 in all.
        assertThat(similarity("a b c d e", "a b c d f")).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void textsWithoutACommonRunHaveNothingInCommon() {
        assertThat(similarity("the moon pulls the water", "water pulls moon")).isZero();
    }

    @Test
    void twoEmptyTextsAreTheSame() {
        assertThat(similarity("", " ")).isOne();
        assertThat(similarity("", "moon")).isZero();
    }
}
