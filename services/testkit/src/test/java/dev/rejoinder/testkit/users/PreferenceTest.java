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
    void bulletsNumbersHeadingsAndStarsAreNotPlain() {
        assertThat(Preference.PLAIN.meets("Heat the pan - slowly - for 3 minutes.")).isTrue();
        assertThat(Preference.PLAIN.meets("Do this:\n- heat the pan")).isFalse();
        assertThat(Preference.PLAIN.meets("1. Heat the pan")).isFalse();
        assertThat(Preference.PLAIN.meets("Heat the **pan**.")).isFalse();
        assertThat(Preference.PLAIN.meets("## Pans\nThey get hot.")).isFalse();
    }

    @Test
    void oneNumberedPointIsNoList() {
        assertThat(Preference.STEPS.meets("1. Heat the pan\n2. Add oil")).isTrue();
        assertThat(Preference.STEPS.meets("Some points:\n1. Heat the pan")).isFalse();
        assertThat(Preference.STEPS.meets("It takes 1. or 2. minutes.")).isFalse();
    }

    @Test
    void anExampleIsRecognisedByItsIntroduction() {
        assertThat(Preference.EXAMPLE.meets("Some metals rust. For example, iron does.")).isTrue();
        assertThat(Preference.EXAMPLE.meets("Fruits such as apples.")).isTrue();
        assertThat(Preference.EXAMPLE.meets("This is exemplary.")).isFalse();
    }
}
