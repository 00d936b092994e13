package dev.rejoinder.trainer.neighbours;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc;
import dev.rejoinder.proto.preferences.v1.ReplyVerdict;
import dev.rejoinder.proto.preferences.v1.StreamJudgedRepliesRequest;
import dev.rejoinder.proto.preferences.v1.StreamJudgedRepliesResponse;
import dev.rejoinder.proto.preferences.v1.StreamPairsRequest;
import dev.rejoinder.proto.preferences.v1.StreamPairsResponse;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.satisfaction.JudgedReply;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Streams the pairs and the judged replies it was given. */
public final class TestingPreferences extends PreferencesServiceGrpc.PreferencesServiceImplBase {
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();

    private final List<JudgedReply> judged = new CopyOnWriteArrayList<>();

    public void add(List<Pair> more) {
        pairs.addAll(more);
    }

    public void judge(List<JudgedReply> more) {
        judged.addAll(more);
    }

    @Override
    public void streamPairs(
            StreamPairsRequest request, StreamObserver<StreamPairsResponse> response) {
        for (int i = (int) request.getAfterPosition(); i < pairs.size(); i++)
            response.onNext(
                    StreamPairsResponse.newBuilder()
                            .setPosition(i + 1)
                            .setPair(message(pairs.get(i)))
                            .build());
        response.onCompleted();
    }

    @Override
    public void streamJudgedReplies(
            StreamJudgedRepliesRequest request,
            StreamObserver<StreamJudgedRepliesResponse> response) {
        int from = Math.max(0, judged.size() - request.getLimit());
        for (JudgedReply reply : judged.subList(from, judged.size()))
            response.onNext(
                    StreamJudgedRepliesResponse.newBuilder()
                            .setReply(
                                    dev.rejoinder.proto.preferences.v1.JudgedReply.newBuilder()
                                            .setReply(reply.reply())
                                            .setVerdict(
                                                    reply.satisfied()
                                                            ? ReplyVerdict.REPLY_VERDICT_SATISFIED
                                                            : ReplyVerdict
                                                                    .REPLY_VERDICT_DISSATISFIED)
                                            .setUserKey(reply.userKey()))
                            .build());
        response.onCompleted();
    }

    private static Message question(List<ChatMessage> prompt) {
        return Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .setContent(prompt.getLast().content())
                .build();
    }

    private static PairMined message(Pair pair) {
        Pair.Provenance p = pair.provenance();
        return PairMined.newBuilder()
                .setPairId(pair.id())
                .addPrompt(question(pair.prompt()))
                .setChosen(pair.chosen().text())
                .setChosenComplete(pair.chosen().complete())
                .setRejected(pair.rejected().text())
                .setRejectedComplete(pair.rejected().complete())
                .setOrigin(Origin.valueOf("ORIGIN_" + p.origin()))
                .setUserHash(p.userHash())
                .addAllTurnIds(p.turnIds())
                .addAllSignalIds(p.signalIds())
                .setFollowUp(p.followUp())
                .setChosenMeanLogProb(p.chosenMeanLogProb())
                .build();
    }
}
