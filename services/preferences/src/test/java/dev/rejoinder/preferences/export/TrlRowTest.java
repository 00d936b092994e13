package dev.rejoinder.preferences.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.preferences.v1.PairMined;
import org.junit.jupiter.api.Test;

class TrlRowTest {
    private static Message message(Role role, String content) {
        return Message.newBuilder().setRole(role).setContent(content).build();
    }

    @Test
    void aPairIsOneLineOfConversationalPromptChosenAndRejected() {
        PairMined pair =
                PairMined.newBuilder()
                        .addPrompt(message(Role.ROLE_SYSTEM, "Be kind."))
                        .addPrompt(message(Role.ROLE_USER, "Say \"hi\"\nplease"))
                        .setChosen("Hi, ñandú.")
                        .setRejected("No.")
                        .build();

        assertThat(TrlRow.of(pair).line())
                .isEqualTo(
                        "{\"prompt\":[{\"role\":\"system\",\"content\":\"Be kind.\"},"
                                + "{\"role\":\"user\",\"content\":\"Say \\\"hi\\\"\\nplease\"}],"
                                + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"Hi, ñandú.\"}],"
                                + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"No.\"}]}");
    }

    @Test
    void aMessageOfNobodyIsRefused() {
        PairMined pair =
                PairMined.newBuilder()
                        .addPrompt(message(Role.ROLE_UNSPECIFIED, "Who speaks?"))
                        .build();

        assertThatThrownBy(() -> TrlRow.of(pair))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ROLE_UNSPECIFIED");
    }
}
