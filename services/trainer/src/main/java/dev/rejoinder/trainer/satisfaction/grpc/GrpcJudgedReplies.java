package dev.rejoinder.trainer.satisfaction.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc.PreferencesServiceBlockingStub;
import dev.rejoinder.proto.preferences.v1.StreamJudgedRepliesRequest;
import dev.rejoinder.trainer.dataset.grpc.Messages;
import dev.rejoinder.trainer.satisfaction.JudgedReplies;
import dev.rejoinder.trainer.satisfaction.JudgedReply;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code PreferencesService.StreamJudgedReplies}. */
public final class GrpcJudgedReplies implements JudgedReplies {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final PreferencesServiceBlockingStub preferences;

    public GrpcJudgedReplies(PreferencesServiceBlockingStub preferences) {
        this.preferences = preferences;
    }

    @Override
    public List<JudgedReply> newest(int most) {
        List<JudgedReply> replies = new ArrayList<>();
        try {
            preferences
                    .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                    .streamJudgedReplies(
                            StreamJudgedRepliesRequest.newBuilder().setLimit(most).build())
                    .forEachRemaining(r -> replies.add(reply(r.getReply())));
        } catch (StatusRuntimeException e) {
            throw Refusal.unavailable(
                    "the preferences service did not stream its judged replies ("
                            + e.getStatus()
                            + ")");
        }
        return replies;
    }

    private static JudgedReply reply(dev.rejoinder.proto.preferences.v1.JudgedReply r) {
        return new JudgedReply(
                r.getTurnId(),
                r.getPromptList().stream().map(Messages::message).toList(),
                r.getReply(),
                satisfied(r),
                r.getUserHash());
    }

    private static boolean satisfied(dev.rejoinder.proto.preferences.v1.JudgedReply r) {
        return switch (r.getJudgement()) {
            case JUDGEMENT_SATISFIED -> true;
            case JUDGEMENT_DISSATISFIED -> false;
            case JUDGEMENT_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "reply "
                                    + r.getTurnId()
                                    + " has the unknown judgement "
                                    + r.getJudgementValue()
                                    + "; update the trainer");
        };
    }
}
