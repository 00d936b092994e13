package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyTextTest {
    @Test
    void aCharacterSplitOverTokensComesWhole() {
        var text = new ReplyText(List.of());
        byte[] smile = "🙂".getBytes(StandardCharsets.UTF_8);

        assertThat(text.add(new byte[] {'a', smile[0]})).isEqualTo("a");
        assertThat(text.add(new byte[] {smile[1], smile[2]})).isEmpty();
        assertThat(text.add(new byte[] {smile[3], 'b'})).isEqualTo("🙂b");
    }

    @Test
    void aCharacterThatIsNeverFinishedIsLeftOut() {
        var text = new ReplyText(List.of());

        assertThat(text.add(new byte[] {'a', (byte) 0xE2, (byte) 0x82})).isEqualTo("a");

        assertThat(text.rest()).isEmpty();
    }

    @Test
    void bytesThatAreNoUtf8BecomeReplacementCharacters() {
        assertThat(new ReplyText(List.of()).add(new byte[] {(byte) 0xFF, 'a'}))
                .isEqualTo("\uFFFDa");
    }

    @Test
    void aNulThatNoClientCouldSendBackBecomesAReplacementCharacter() {
        assertThat(new ReplyText(List.of()).add(new byte[] {'a', 0, 'b'})).isEqualTo("a\uFFFDb");
    }

    @Test
    void aStopTextIsFoundAcrossTokensAndIsNotPartOfTheReply() {
        var text = new ReplyText(List.of("###", "\nUser:"));

        assertThat(add(text, "Yes.\nUs")).isEqualTo("Yes.");
        assertThat(text.stopped()).isFalse();
        assertThat(add(text, "er: and more")).isEmpty();

        assertThat(text.stopped()).isTrue();
        assertThat(text.rest()).isEmpty();
    }

    @Test
    void whatOnlyLookedLikeAStopTextIsGivenOutLater() {
        var text = new ReplyText(List.of("###"));

        assertThat(add(text, "a##")).isEqualTo("a");
        assertThat(add(text, "b#")).isEqualTo("##b");
        assertThat(text.rest()).isEqualTo("#");
    }

    @Test
    void theEarliestOfTwoStopTextsEndsTheReply() {
        var text = new ReplyText(List.of("late", "soon"));

        assertThat(add(text, "x soon late")).isEqualTo("x ");
    }

    private static String add(ReplyText text, String s) {
        return text.add(s.getBytes(StandardCharsets.UTF_8));
    }
}
