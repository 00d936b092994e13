package dev.rejoinder.signals.detect;

import static dev.rejoinder.lm.chat.ChatMessage.assistant;
import static dev.rejoinder.lm.chat.ChatMessage.system;
import static dev.rejoinder.lm.chat.ChatMessage.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    @Test
    void theLastRequestReplyAndFollowUpOfAChatAreRead() {
        assertThat(
                        Exchange.endingWith(
                                List.of(
                                        system("s"),
                                        user("a"),
                                        assistant("b"),
                                        user("c"),
                                        assistant("d"),
                                        user("e"))))
                .isEqualTo(new Exchange("c", "d", "e"));
    }

    @Test
    void aChatWithoutAReplyBeforeItsLastWordsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exchange.endingWith(List.of(user("a"))))
                .withMessageContaining("no assistant message");
    }

    @Test
    void aChatThatEndsWithTheAssistantIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exchange.endingWith(List.of(user("a"), assistant("b"))))
                .withMessageContaining("\"assistant\"");
    }

    @Test
    void anEmptyFollowUpIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Exchange.endingWith(List.of(user("a"), assistant("b"), user(" "))))
                .withMessageContaining("empty");
    }
}
