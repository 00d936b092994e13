package dev.rejoinder.reward.flr.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.reward.v1.FollowedChat;
import dev.rejoinder.proto.reward.v1.RewardedChat;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsRequest;
import dev.rejoinder.proto.reward.v1.ScoreRepliesRequest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewardRequestsTest {
    private static final List<Message> CHAT =
            List.of(message(Role.ROLE_USER, "a"), message(Role.ROLE_ASSISTANT, "b"));

    private static Message message(Role role, String content) {
        return Message.newBuilder().setRole(role).setContent(content).build();
    }

    private static Refusal refused(FollowedChat chat) {
        ScoreFollowUpsRequest request =
                ScoreFollowUpsRequest.newBuilder()
                        .addChats(FollowedChat.newBuilder().addAllMessages(CHAT))
                        .addChats(chat)
                        .build();
        return catchThrowableOfType(Refusal.class, () -> RewardRequests.followUps(request));
    }

    @Test
    void sixtyFourChatsAreScoredAndOneMoreIsRefused() {
        RewardedChat chat = RewardedChat.newBuilder().addAllMessages(CHAT).build();
        ScoreRepliesRequest full =
                ScoreRepliesRequest.newBuilder().addAllChats(Collections.nCopies(64, chat)).build();

        assertThat(RewardRequests.replies(full)).hasSize(64);
        assertThat(
                        catchThrowableOfType(
                                Refusal.class,
                                () ->
                                        RewardRequests.replies(
                                                full.toBuilder().addChats(chat).build())))
                .hasMessage("chats holds 65, the limit is 64; send them in several requests");
    }

    @Test
    void aChatThatEndsWithTheUserIsRefusedByItsPlace() {
        assertThat(refused(FollowedChat.newBuilder().addMessages(CHAT.getFirst()).build()))
                .hasMessageStartingWith("chats[1]: the chat ends with")
                .satisfies(r -> assertThat(r.metadata()).containsEntry("field", "chats[1]"));
    }

    @Test
    void anEmptyFollowUpIsRefusedByItsPlace() {
        assertThat(
                        refused(
                                FollowedChat.newBuilder()
                                        .addAllMessages(CHAT)
                                        .addFollowUps(" ")
                                        .build()))
                .hasMessageStartingWith("chats[1].follow_ups: a follow-up is empty");
    }

    @Test
    void tooManyFollowUpsAreRefused() {
        assertThat(
                        refused(
                                FollowedChat.newBuilder()
                                        .addAllMessages(CHAT)
                                        .addAllFollowUps(Collections.nCopies(65, "x"))
                                        .build()))
                .hasMessageContaining("the limit is 64");
    }
}
