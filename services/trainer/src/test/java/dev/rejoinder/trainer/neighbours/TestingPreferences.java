package dev.rejoinder.trainer.neighbours;

import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc;
import dev.rejoinder.proto.preferences.v1.StreamPairsRequest;
import dev.rejoinder.proto.preferences.v1.StreamPairsResponse;
import dev.rejoinder.trainer.dataset.Pair;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Streams the pairs it was given. */
public final class TestingPreferences extends PreferencesServiceGrpc.PreferencesServiceImplBase {
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();

    public void add(List<Pair> more) {
        pairs.addAll(more);
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

    private static PairMined message(Pair pair) {
        Pair.Provenance p = pair.provenance();
        return PairMined.newBuilder()
                .setPairId(pair.id())
                .addPrompt(
                        Message.newBuilder()
                                .setRole(Role.ROLE_USER)
                                .setContent(pair.prompt().getLast().content()))
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
