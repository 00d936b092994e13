package dev.rejoinder.preferences.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.grpc.Offload;
import dev.rejoinder.preferences.mining.jdbc.JudgedShelf;
import dev.rejoinder.preferences.mining.jdbc.PairShelf;
import dev.rejoinder.proto.preferences.v1.JudgedReply;
import dev.rejoinder.proto.preferences.v1.OriginCount;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc.PreferencesServiceImplBase;
import dev.rejoinder.proto.preferences.v1.RejectCount;
import dev.rejoinder.proto.preferences.v1.StreamJudgedRepliesRequest;
import dev.rejoinder.proto.preferences.v1.StreamJudgedRepliesResponse;
import dev.rejoinder.proto.preferences.v1.StreamPairsRequest;
import dev.rejoinder.proto.preferences.v1.StreamPairsResponse;
import dev.rejoinder.proto.preferences.v1.SummarizePairsRequest;
import dev.rejoinder.proto.preferences.v1.SummarizePairsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;
import java.util.List;

/** The pairs, and the replies users judged, over gRPC. */
@GrpcService
public class PairsGrpc extends PreferencesServiceImplBase {
    private static final int PAGE = 256;

    private static final int USUAL_JUDGED = 1000;
    private static final int MOST_JUDGED = 10_000;

    private final PairShelf pairs;
    private final JudgedShelf judged;

    @Inject
    public PairsGrpc(PairShelf pairs, JudgedShelf judged) {
        this.pairs = pairs;
        this.judged = judged;
    }

    @Override
    public void streamPairs(
            StreamPairsRequest request, StreamObserver<StreamPairsResponse> observer) {
        Offload.stream(observer, out -> send(request, out));
    }

    private void send(StreamPairsRequest request, StreamObserver<StreamPairsResponse> observer) {
        if (request.getAfterPosition() < 0)
            throw Refusal.invalid(
                    "after_position",
                    "after_position of "
                            + request.getAfterPosition()
                            + " is below 0; 0 asks for all pairs");
        if (request.getLimit() < 0)
            throw Refusal.invalid(
                    "limit", "limit of " + request.getLimit() + " is below 0; 0 sets no limit");
        long left = request.getLimit() == 0 ? Long.MAX_VALUE : request.getLimit();
        long position = request.getAfterPosition();
        while (left > 0 && !isCancelled(observer)) {
            int size = (int) Math.min(PAGE, left);
            List<PairShelf.Placed> page = pairs.after(position, size);
            for (PairShelf.Placed placed : page)
                observer.onNext(
                        StreamPairsResponse.newBuilder()
                                .setPosition(placed.position())
                                .setPair(placed.pair())
                                .build());
            if (page.size() < size) break;
            position = page.getLast().position();
            left -= page.size();
        }
    }

    private static boolean isCancelled(StreamObserver<?> observer) {
        return observer instanceof ServerCallStreamObserver<?> call && call.isCancelled();
    }

    @Override
    public void streamJudgedReplies(
            StreamJudgedRepliesRequest request,
            StreamObserver<StreamJudgedRepliesResponse> observer) {
        Offload.stream(observer, out -> send(request, out));
    }

    private void send(
            StreamJudgedRepliesRequest request,
            StreamObserver<StreamJudgedRepliesResponse> observer) {
        int limit = request.getLimit() == 0 ? USUAL_JUDGED : request.getLimit();
        if (limit < 1 || limit > MOST_JUDGED)
            throw Refusal.invalid("limit", "limit of " + limit + " is outside 1 to " + MOST_JUDGED);
        for (JudgedReply reply : judged.newest(limit)) {
            if (isCancelled(observer)) return;
            observer.onNext(StreamJudgedRepliesResponse.newBuilder().setReply(reply).build());
        }
    }

    @Override
    public void summarizePairs(
            SummarizePairsRequest request, StreamObserver<SummarizePairsResponse> observer) {
        Offload.answer(observer, this::summary);
    }

    private SummarizePairsResponse summary() {
        PairShelf.Summary summary = pairs.summary();
        SummarizePairsResponse.Builder response =
                SummarizePairsResponse.newBuilder().setLastPosition(summary.lastPosition());
        summary.mined()
                .forEach((origin, count) ->
                        response.addMined(
                                OriginCount.newBuilder().setOrigin(origin).setCount(count)));
        summary.rejected()
                .forEach((reason, count) ->
                        response.addRejected(
                                RejectCount.newBuilder().setReason(reason).setCount(count)));
        return response.build();
    }
}
