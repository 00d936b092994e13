package dev.rejoinder.reward.flr.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.reward.v1.FollowedChat;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsRequest;
import dev.rejoinder.proto.reward.v1.ScoreRepliesRequest;
import dev.rejoinder.reward.flr.RepliedChat;
import dev.rejoinder.reward.proto.ProtoChats;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What requests ask for, or why they are refused. */
final class RewardRequests {
    static final int MOST_CHATS = 64;
    static final int MOST_FOLLOW_UPS = 64;

    private RewardRequests() {}

    /**
     * @throws Refusal if there are too many chats, or one does not end with a reply; names the chat
     */
    static List<RepliedChat> replies(ScoreRepliesRequest request) {
        requireAtMost("chats", request.getChatsCount(), MOST_CHATS);
        List<RepliedChat> chats = new ArrayList<>();
        for (int i = 0; i < request.getChatsCount(); i++)
            chats.add(chat(i, request.getChats(i).getMessagesList()));
        return chats;
    }

    /**
     * @throws Refusal as {@link #replies}, or if a follow-up is empty or there are too many
     */
    static List<dev.rejoinder.reward.flr.FollowedChat> followUps(ScoreFollowUpsRequest request) {
        requireAtMost("chats", request.getChatsCount(), MOST_CHATS);
        List<dev.rejoinder.reward.flr.FollowedChat> chats = new ArrayList<>();
        for (int i = 0; i < request.getChatsCount(); i++) {
            FollowedChat followed = request.getChats(i);
            String field = "chats[" + i + "].follow_ups";
            requireAtMost(field, followed.getFollowUpsCount(), MOST_FOLLOW_UPS);
            RepliedChat chat = chat(i, followed.getMessagesList());
            chats.add(
                    named(
                            field,
                            () ->
                                    new dev.rejoinder.reward.flr.FollowedChat(
                                            chat, followed.getFollowUpsList())));
        }
        return chats;
    }

    private static RepliedChat chat(int index, List<Message> messages) {
        return named(
                "chats[" + index + "]",
                () -> RepliedChat.endingWith(ProtoChats.messages(messages)));
    }

    /** Gives an error its place in the request. */
    private static <T> T named(String field, Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(field, field + ": " + e.getMessage());
        }
    }

    private static void requireAtMost(String field, int count, int limit) {
        if (count > limit)
            throw Refusal.invalid(
                    field,
                    "%s holds %d, the limit is %d; send them in several requests"
                            .formatted(field, count, limit));
    }
}
