package dev.rejoinder.trainer.satisfaction.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc.PreferencesServiceBlockingStub;
import dev.rejoinder.proto.preferences.v1.StreamJudgedRepliesRequest;
import dev.rejoinder.trainer.satisfaction.JudgedReplies;
import dev.rejoinder.trainer.satisfaction.JudgedReply;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code PreferencesService.StreamJudgedReplies}. */
public final class GrpcJudgedReplies implements JudgedReplies {
    private static final Log LOG = Log.of(GrpcJudgedReplies.class);

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
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                // An older one: it knows no verdicts yet.
                LOG.warn("the preferences service streams no judged replies; update it");
                return List.of();
            }
            throw Refusal.unavailable(
                    "the preferences service did not stream its judged replies ("
                            + e.getStatus()
                            + ")");
        }
        return replies;
    }

    private static JudgedReply reply(dev.rejoinder.proto.preferences.v1.JudgedReply r) {
        return new JudgedReply(r.getReply(), satisfied(r), r.getUserKey());
    }

    private static boolean satisfied(dev.rejoinder.proto.preferences.v1.JudgedReply r) {
        return switch (r.getVerdict()) {
            case REPLY_VERDICT_SATISFIED -> true;
            case REPLY_VERDICT_DISSATISFIED -> false;
            case REPLY_VERDICT_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "reply "
                                    + r.getTurnId()
                                    + " has the unknown verdict "
                                    + r.getVerdictValue()
                                    + "; update the trainer");
        };
    }
}
