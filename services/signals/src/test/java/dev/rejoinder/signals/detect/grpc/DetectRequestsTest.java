package dev.rejoinder.signals.detect.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.signals.v1.Chat;
import dev.rejoinder.proto.signals.v1.DetectRequest;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class DetectRequestsTest {
    private static final Chat GOOD =
            Chat.newBuilder()
                    .addMessages(message(Role.ROLE_USER, "a"))
                    .addMessages(message(Role.ROLE_ASSISTANT, "b"))
                    .addMessages(message(Role.ROLE_USER, "c"))
                    .build();

    private static Message.Builder message(Role role, String content) {
        return Message.newBuilder().setRole(role).setContent(content);
    }

    private static Refusal refusal(DetectRequest request) {
        return catchThrowableOfType(Refusal.class, () -> DetectRequests.exchanges(request));
    }

    @Test
    void sixtyFourChatsAreReadAndOneMoreIsRefused() {
        DetectRequest full =
                DetectRequest.newBuilder().addAllChats(Collections.nCopies(64, GOOD)).build();

        assertThat(DetectRequests.exchanges(full)).hasSize(64);
        assertThat(refusal(full.toBuilder().addChats(GOOD).build()))
                .hasMessage("65 chats exceed the limit of 64; send them in several requests");
    }

    @Test
    void aRefusalNamesTheChatAndWhatItLacks() {
        Chat bad = Chat.newBuilder().addMessages(message(Role.ROLE_USER, "a")).build();

        Refusal refusal = refusal(DetectRequest.newBuilder().addChats(GOOD).addChats(bad).build());

        assertThat(refusal).hasMessageStartingWith("chats[1]: no assistant message");
        assertThat(refusal.metadata()).containsEntry("field", "chats[1]");
    }

    @Test
    void aMessageWithoutARoleIsRefused() {
        Chat bad = GOOD.toBuilder().setMessages(0, message(Role.ROLE_UNSPECIFIED, "a")).build();

        assertThat(refusal(DetectRequest.newBuilder().addChats(bad).build()))
                .hasMessageContaining("has no role");
    }
}
