package dev.rejoinder.testkit.users;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PreferenceTest {
    private static final String THIRTY_WORDS = "word ".repeat(30).strip();

    @Test
    void thirtyWordsAreBriefAndThirtyOneAreNot() {
        assertThat(Preference.BRIEF.meets(THIRTY_WORDS)).isTrue();
        assertThat(Preference.BRIEF.meets(THIRTY_WORDS + " more")).isFalse();
    }

    @Test
    void anEmptyReplyPleasesNobody() {
        for (Preference preference : Preference.values())
            assertThat(preference.meets(" \n")).as(preference.label()).isFalse();
    }

    @Test
    void bulletsNumbersHeadingsStarsAndSecondParagraphsAreNotPlain() {
        assertThat(Preference.PLAIN.meets("Heat the pan - slowly - for 3 minutes.")).isTrue();
        assertThat(Preference.PLAIN.meets("Heat the pan.\n\nThen wait.")).isFalse();
        assertThat(Preference.PLAIN.meets("Do this: 1. Heat the pan 2. Wait")).isFalse();
        assertThat(Preference.PLAIN.meets("- Heat the pan")).isFalse();
        assertThat(Preference.PLAIN.meets("Heat the **pan**.")).isFalse();
        assertThat(Preference.PLAIN.meets("## Pans get hot.")).isFalse();
    }

    @Test
    void aReplyThatBreaksOffIsNotWhole() {
        assertThat(Preference.WHOLE.meets("It heats up. (Slowly.)")).isTrue();
        assertThat(Preference.WHOLE.meets("It heats up. Then the")).isFalse();
        assertThat(Preference.WHOLE.meets("It heats up:\n1. First")).isFalse();
    }
}
