package dev.rejoinder.preferences.mining.grpc;

import dev.rejoinder.preferences.mining.Scorer;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.reward.v1.FollowUpScore;
import dev.rejoinder.proto.reward.v1.FollowedChat;
import dev.rejoinder.proto.reward.v1.FollowedScore;
import dev.rejoinder.proto.reward.v1.Reward;
import dev.rejoinder.proto.reward.v1.RewardServiceGrpc.RewardServiceBlockingStub;
import dev.rejoinder.proto.reward.v1.RewardedChat;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsRequest;
import dev.rejoinder.proto.reward.v1.ScoreRepliesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The scorer behind reward's gRPC, asked for as many chats at once as the contract allows. */
public final class RemoteScorer implements Scorer {
    /** The contract's limit. */
    private static final int MOST_CHATS = 64;

    private final RewardServiceBlockingStub reward;
    private final CallSettings settings;

    public RemoteScorer(RewardServiceBlockingStub reward, CallSettings settings) {
        this.reward = reward;
        this.settings = settings;
    }

    @Override
    public List<Score> score(List<Question> questions) {
        List<Score> scores = new ArrayList<>();
        for (int from = 0; from < questions.size(); from += MOST_CHATS)
            scores.addAll(
                    scoreOnce(
                            questions.subList(
                                    from, Math.min(from + MOST_CHATS, questions.size()))));
        return scores;
    }

    private List<Score> scoreOnce(List<Question> questions) {
        ScoreFollowUpsRequest.Builder request = ScoreFollowUpsRequest.newBuilder();
        for (Question question : questions) {
            request.addChats(
                    FollowedChat.newBuilder()
                            .addAllMessages(question.prompt())
                            .addMessages(assistant(question.reply()))
                            .addAllFollowUps(question.followUps()));
        }
        List<FollowedScore> answers = stub().scoreFollowUps(request.build()).getScoresList();
        requireAsMany("scores", answers.size(), questions.size());
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            FollowedScore answer = answers.get(i);
            requireAsMany(
                    "follow-up scores",
                    answer.getFollowUpsCount(),
                    questions.get(i).followUps().size());
            scores.add(score(answer));
        }
        return scores;
    }

    private static Score score(FollowedScore answer) {
        double sum = 0;
        for (float logProb : answer.getReplyLogProbsList()) sum += logProb;
        return new Score(
                sum,
                answer.getReplyLogProbsCount(),
                answer.getFollowUpsList().stream().map(FollowUpScore::getMeanLogProb).toList());
    }

    @Override
    public List<Double> rewards(List<Message> prompt, List<String> replies) {
        ScoreRepliesRequest.Builder request = ScoreRepliesRequest.newBuilder();
        for (String reply : replies)
            request.addChats(
                    RewardedChat.newBuilder().addAllMessages(prompt).addMessages(assistant(reply)));
        List<Reward> rewards = stub().scoreReplies(request.build()).getRewardsList();
        requireAsMany("rewards", rewards.size(), replies.size());
        return rewards.stream().map(Reward::getBaselineCorrected).toList();
    }

    private RewardServiceBlockingStub stub() {
        return reward.withDeadlineAfter(settings.scoreTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Message assistant(String text) {
        return Message.newBuilder().setRole(Role.ROLE_ASSISTANT).setContent(text).build();
    }

    private static void requireAsMany(String what, int answered, int asked) {
        if (answered != asked)
            throw new IllegalStateException(
                    "reward answered %d %s to %d".formatted(answered, what, asked));
    }
}
