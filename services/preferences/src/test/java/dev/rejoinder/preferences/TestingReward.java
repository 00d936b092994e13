package dev.rejoinder.preferences;

import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.reward.v1.FollowUpScore;
import dev.rejoinder.proto.reward.v1.FollowedChat;
import dev.rejoinder.proto.reward.v1.FollowedScore;
import dev.rejoinder.proto.reward.v1.Reward;
import dev.rejoinder.proto.reward.v1.RewardServiceGrpc.RewardServiceImplBase;
import dev.rejoinder.proto.reward.v1.RewardedChat;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsRequest;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsResponse;
import dev.rejoinder.proto.reward.v1.ScoreRepliesRequest;
import dev.rejoinder.proto.reward.v1.ScoreRepliesResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps reward's contract with a model for which a grumble of {@link Signals} is likelier the
 * longer the reply before it was, s = -3 + words / 100, and anything else has s = -2. Every token
 * of a reply has log-prob -0.9; of a reply that says "gibberish", -4.
 */
public final class TestingReward extends RewardServiceImplBase {
    private static final int MOST_CHATS = 64;

    final ConcurrentLinkedQueue<ScoreFollowUpsRequest> requests = new ConcurrentLinkedQueue<>();
    final AtomicInteger away = new AtomicInteger();

    static double followUpMeanLogProb(String reply) {
        return -3 + words(reply) / 100.0;
    }

    private static boolean isGrumble(String followUp) {
        return followUp.equals(Signals.GRUMBLE) || followUp.equals(Signals.SECOND_GRUMBLE);
    }

    private static int words(String text) {
        return text.strip().split("\\s+").length;
    }

    @Override
    public void scoreFollowUps(
            ScoreFollowUpsRequest request, StreamObserver<ScoreFollowUpsResponse> observer) {
        requests.add(request);
        if (isRefused(request.getChatsCount(), observer)) return;
        ScoreFollowUpsResponse.Builder response = ScoreFollowUpsResponse.newBuilder();
        for (FollowedChat chat : request.getChatsList()) {
            String reply = reply(chat.getMessages(chat.getMessagesCount() - 1));
            FollowedScore.Builder score = FollowedScore.newBuilder();
            for (int i = 0; i < words(reply); i++)
                score.addReplyLogProbs(reply.contains("gibberish") ? -4f : -0.9f);
            for (String followUp : chat.getFollowUpsList())
                score.addFollowUps(
                        FollowUpScore.newBuilder()
                                .setMeanLogProb(
                                        isGrumble(followUp) ? followUpMeanLogProb(reply) : -2)
                                .setTokens(words(followUp)));
            response.addScores(score);
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void scoreReplies(
            ScoreRepliesRequest request, StreamObserver<ScoreRepliesResponse> observer) {
        if (isRefused(request.getChatsCount(), observer)) return;
        ScoreRepliesResponse.Builder response = ScoreRepliesResponse.newBuilder();
        for (RewardedChat chat : request.getChatsList()) {
            String reply = reply(chat.getMessages(chat.getMessagesCount() - 1));
            // Differs from reply to reply, so that there is a best and a worst.
            double reward = (reply.hashCode() & 0xff) / 100.0;
            response.addRewards(
                    Reward.newBuilder()
                            .setTotal(reward)
                            .setBaselineCorrected(reward)
                            .setScorer("testing/1"));
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private boolean isRefused(int chats, StreamObserver<?> observer) {
        if (away.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            observer.onError(Status.UNAVAILABLE.withDescription("away").asRuntimeException());
            return true;
        }
        if (chats == 0 || chats > MOST_CHATS) {
            observer.onError(
                    Status.INVALID_ARGUMENT
                            .withDescription(chats + " chats are not 1 to 64")
                            .asRuntimeException());
            return true;
        }
        return false;
    }

    private static String reply(Message last) {
        if (last.getRole() != Role.ROLE_ASSISTANT)
            throw new IllegalArgumentException("a scored chat ends with " + last.getRole());
        return last.getContent();
    }
}
