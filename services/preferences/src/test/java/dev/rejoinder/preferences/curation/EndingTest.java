package dev.rejoinder.preferences.curation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "The moon pulls at the water every day.",
                "Does the moon really pull at all that water?",
                "She said: \"The moon pulls at the water.\"",
                "*The moon pulls at the water all day.*",
                "The moon pulls at the water all day! 🌊",
                "月は毎日、海の水を引っ張っています。",
                "Paris",
                "42",
                "Things you need to bring along today:\n- a towel\n- a hat",
                "First do the one thing here:\n```\nprint(1)\n```",
                "Here is the table that was asked for\n| a | b |\n| 1 | 2 |"
            })
    void aReplyThatClosesAsItsKindDoesIsWhole(String text) {
        assertThat(Ending.isWhole(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "The moon pulls at the water and the shape of the",
                "The moon pulls at the water every single day,",
                "The moon pulls at the water in three steps:"
            })
    void aReplyThatBreaksOffIsNot(String text) {
        assertThat(Ending.isWhole(text)).isFalse();
    }
}
