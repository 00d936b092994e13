package dev.rejoinder.trainer.dataset.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc.PreferencesServiceBlockingStub;
import dev.rejoinder.proto.preferences.v1.StreamPairsRequest;
import dev.rejoinder.trainer.dataset.Origin;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.PairSource;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code PreferencesService.StreamPairs}. */
public final class GrpcPairSource implements PairSource {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final PreferencesServiceBlockingStub preferences;

    public GrpcPairSource(PreferencesServiceBlockingStub preferences) {
        this.preferences = preferences;
    }

    @Override
    public List<Positioned> after(long position) {
        List<Positioned> pairs = new ArrayList<>();
        try {
            preferences
                    .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                    .streamPairs(StreamPairsRequest.newBuilder().setAfterPosition(position).build())
                    .forEachRemaining(
                            r -> pairs.add(new Positioned(r.getPosition(), pair(r.getPair()))));
        } catch (StatusRuntimeException e) {
            throw Refusal.unavailable(
                    "the preferences service did not stream its pairs (" + e.getStatus() + ")");
        }
        return pairs;
    }

    private static Pair pair(PairMined mined) {
        return new Pair(
                mined.getPairId(),
                mined.getPromptList().stream().map(Messages::message).toList(),
                new Pair.Reply(mined.getChosen(), mined.getChosenComplete()),
                new Pair.Reply(mined.getRejected(), mined.getRejectedComplete()),
                new Pair.Provenance(
                        origin(mined),
                        mined.getUserHash(),
                        mined.getTurnIdsList(),
                        mined.getSignalIdsList(),
                        mined.getFollowUp(),
                        mined.getChosenMeanLogProb()));
    }

    private static Origin origin(PairMined mined) {
        return switch (mined.getOrigin()) {
            case ORIGIN_NATURAL_RETRY -> Origin.NATURAL_RETRY;
            case ORIGIN_ON_POLICY -> Origin.ON_POLICY;
            case ORIGIN_BEST_OF_N -> Origin.BEST_OF_N;
            case ORIGIN_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "pair "
                                    + mined.getPairId()
                                    + " has the unknown origin "
                                    + mined.getOriginValue()
                                    + "; update the trainer");
        };
    }
}
