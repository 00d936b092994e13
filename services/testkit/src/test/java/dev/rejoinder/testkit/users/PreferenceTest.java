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
    void oneNumberedPointIsNoList() {
        assertThat(Preference.STEPS.meets("1. Heat the pan\n2. Add oil")).isTrue();
        assertThat(Preference.STEPS.meets("Do this: 1. Heat the pan 2. Add oil")).isTrue();
        assertThat(Preference.STEPS.meets("Some points:\n1. Heat the pan")).isFalse();
        assertThat(Preference.STEPS.meets("It takes 1.5 minutes, or 2.")).isFalse();
    }

    @Test
    void anExampleIsRecognisedByItsIntroduction() {
        assertThat(Preference.EXAMPLE.meets("Some metals rust. For example, iron does.")).isTrue();
        assertThat(Preference.EXAMPLE.meets("Fruits such as apples.")).isTrue();
        assertThat(Preference.EXAMPLE.meets("This is exemplary.")).isFalse();
    }
}
