package dev.rejoinder.trainer.neighbours;

import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.ListVersionsResponse;
import dev.rejoinder.proto.registry.v1.RegisterCandidateRequest;
import dev.rejoinder.proto.registry.v1.RegisterCandidateResponse;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.registry.v1.Stage;
import dev.rejoinder.proto.registry.v1.Version;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes every candidate champion at once. */
public final class TestingRegistry extends RegistryServiceGrpc.RegistryServiceImplBase {
    private final List<RegisterCandidateRequest> candidates = new CopyOnWriteArrayList<>();

    public List<RegisterCandidateRequest> candidates() {
        return candidates;
    }

    @Override
    public void registerCandidate(
            RegisterCandidateRequest request, StreamObserver<RegisterCandidateResponse> response) {
        candidates.add(request);
        Version version = Version.newBuilder().setVersion(newest()).build();
        response.onNext(RegisterCandidateResponse.newBuilder().setVersion(version).build());
        response.onCompleted();
    }

    @Override
    public void listVersions(
            ListVersionsRequest request, StreamObserver<ListVersionsResponse> response) {
        ListVersionsResponse.Builder answer = ListVersionsResponse.newBuilder();
        if (!candidates.isEmpty())
            answer.addRoutings(
                    Routing.newBuilder()
                            .setModelId(request.getModelId())
                            .addRoutes(
                                    Route.newBuilder()
                                            .setVersion(newest())
                                            .setStage(Stage.STAGE_CHAMPION)
                                            .setShare(1)
                                            .setArtifactUri(
                                                    candidates.getLast().getArtifactUri())));
        response.onNext(answer.build());
        response.onCompleted();
    }

    private ModelVersion newest() {
        RegisterCandidateRequest last = candidates.getLast();
        return ModelVersion.newBuilder()
                .setModelId(last.getModelId())
                .setVersion("v" + candidates.size() + "-" + last.getAdapterDigest().substring(0, 8))
                .setBaseDigest(last.getBaseDigest())
                .setAdapterDigest(last.getAdapterDigest())
                .build();
    }
}
