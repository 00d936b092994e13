package dev.rejoinder.preferences.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairIdTest {
    private static List<Message> prompt(Role role, String text) {
        return List.of(Message.newBuilder().setRole(role).setContent(text).build());
    }

    @Test
    void spacingAndUnicodeFormDoNotMakeAnotherPair() {
        String id = PairId.of(prompt(Role.ROLE_USER, "Où est la mer ?"), "Là.", "Ici.");

        assertThat(PairId.of(prompt(Role.ROLE_USER, "Ou\u0300  est la\nmer ? "), " Là.", "Ici."))
                .isEqualTo(id);
    }

    @Test
    void whoSpeaksAndWhichReplyIsBetterDo() {
        String id = PairId.of(prompt(Role.ROLE_USER, "Hi"), "One.", "Two.");

        assertThat(PairId.of(prompt(Role.ROLE_USER, "Hi"), "Two.", "One.")).isNotEqualTo(id);
        assertThat(PairId.of(prompt(Role.ROLE_SYSTEM, "Hi"), "One.", "Two.")).isNotEqualTo(id);
    }
}
