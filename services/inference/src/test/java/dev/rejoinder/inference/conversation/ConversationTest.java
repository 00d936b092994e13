package dev.rejoinder.inference.conversation;

import static dev.rejoinder.lm.chat.ChatMessage.assistant;
import static dev.rejoinder.lm.chat.ChatMessage.system;
import static dev.rejoinder.lm.chat.ChatMessage.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.chat.ChatMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private static final String USER = "5f0c";

    private static Conversation of(ChatMessage... messages) {
        return new Conversation(USER, "", List.of(messages));
    }

    @Test
    void theNextTurnsHistoryNamesTheReplyBefore() {
        Conversation first = of(system("be kind"), user("hello"));
        Conversation second =
                of(system("be kind"), user("hello"), assistant("hi"), user("how are you?"));
        Conversation third =
                of(
                        system("be kind"),
                        user("hello"),
                        assistant("hi"),
                        user("how are you?"),
                        assistant("fine"),
                        user("good"));

        assertThat(first.historyChain()).isEmpty();
        assertThat(second.historyChain()).isEqualTo(first.replyChain("hi"));
        assertThat(third.historyChain()).isEqualTo(second.replyChain("fine"));
        assertThat(first.replyChain("hi")).isNotEqualTo(first.replyChain("ho"));
    }

    @Test
    void trimmingWrappingAndUnicodeFormDoNotBreakTheChain() {
        String reply = "Caf\u00e9  au\nlait ";
        Conversation first = of(user("a drink?"));
        Conversation second =
                of(user(" a  drink?\n"), assistant("Cafe\u0301 au\u00a0lait"), user("ok"));

        assertThat(second.historyChain()).isEqualTo(first.replyChain(reply));
    }

    @Test
    void allTurnsOfAConversationHaveOneIdAndOneStickyKey() {
        Conversation first = of(user("hello"));
        Conversation second = of(user("hello"), assistant("hi"), user("more"));
        Conversation third =
                of(user("hello"), assistant("hi"), user("more"), assistant("sure"), user("ok"));

        assertThat(second.id("sure")).isEqualTo(first.id("hi"));
        assertThat(third.id("bye")).isEqualTo(first.id("hi"));
        assertThat(second.stickyKey()).isEqualTo(first.stickyKey());
        assertThat(third.stickyKey()).isEqualTo(first.stickyKey());
        assertThat(first.id("another first reply")).isNotEqualTo(first.id("hi"));
    }

    @Test
    void theClientsOwnIdWins() {
        Conversation named = new Conversation(USER, "chat-7", List.of(user("hello")));
        Conversation later =
                new Conversation(USER, "chat-7", List.of(user("history was cut"), user("hello")));

        assertThat(named.id("hi")).isEqualTo("chat-7");
        assertThat(later.stickyKey()).isEqualTo(named.stickyKey());
    }

    @Test
    void twoUsersWithTheSameWordsNeverMeet() {
        Conversation one = new Conversation("a", "", List.of(user("hello")));
        Conversation other = new Conversation("b", "", List.of(user("hello")));

        assertThat(one.replyChain("hi")).isNotEqualTo(other.replyChain("hi"));
        assertThat(one.id("hi")).isNotEqualTo(other.id("hi"));
        assertThat(one.stickyKey()).isNotEqualTo(other.stickyKey());
    }

    @Test
    void rolesAndBordersOfMessagesAreTold() {
        assertThat(of(user("ab"), user("c")).replyChain("d"))
                .isNotEqualTo(of(user("a"), user("bc")).replyChain("d"));
        assertThat(of(system("a"), user("b")).replyChain("c"))
                .isNotEqualTo(of(user("a"), user("b")).replyChain("c"));
    }
}
