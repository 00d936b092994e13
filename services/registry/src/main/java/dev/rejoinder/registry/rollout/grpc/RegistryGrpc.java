package dev.rejoinder.registry.rollout.grpc;

import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.ListVersionsResponse;
import dev.rejoinder.proto.registry.v1.PromoteRequest;
import dev.rejoinder.proto.registry.v1.PromoteResponse;
import dev.rejoinder.proto.registry.v1.RegisterBaseRequest;
import dev.rejoinder.proto.registry.v1.RegisterBaseResponse;
import dev.rejoinder.proto.registry.v1.RegisterCandidateRequest;
import dev.rejoinder.proto.registry.v1.RegisterCandidateResponse;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc.RegistryServiceImplBase;
import dev.rejoinder.proto.registry.v1.RollbackRequest;
import dev.rejoinder.proto.registry.v1.RollbackResponse;
import dev.rejoinder.registry.rollout.Registry;
import dev.rejoinder.registry.rollout.Rollouts;
import dev.rejoinder.registry.version.Version;
import dev.rejoinder.registry.wire.Messages;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;

/** The registry's service: checks requests and translates. */
@GrpcService
@RunOnVirtualThread
public class RegistryGrpc extends RegistryServiceImplBase {
    private final Registry registry;

    @Inject
    public RegistryGrpc(Registry registry) {
        this.registry = registry;
    }

    @Override
    public void registerBase(
            RegisterBaseRequest request, StreamObserver<RegisterBaseResponse> answer) {
        ModelVersion base = request.getVersion();
        Fields.name("version.model_id", base.getModelId());
        Fields.digest("version.base_digest", base.getBaseDigest());
        Fields.base(base);
        send(
                answer,
                RegisterBaseResponse.newBuilder()
                        .setRouting(
                                Messages.routing(
                                        registry.registerBase(
                                                base.getModelId(), base.getBaseDigest())))
                        .build());
    }

    @Override
    public void registerCandidate(
            RegisterCandidateRequest request, StreamObserver<RegisterCandidateResponse> answer) {
        Fields.name("model_id", request.getModelId());
        Fields.digest("base_digest", request.getBaseDigest());
        Fields.digest("adapter_digest", request.getAdapterDigest());
        Fields.uri("artifact_uri", request.getArtifactUri());
        Rollouts.Entry entry =
                registry.registerCandidate(
                        request.getModelId(),
                        request.getBaseDigest(),
                        new Version.Adapter(request.getAdapterDigest(), request.getArtifactUri()),
                        Messages.lineage(request.getLineage()));
        send(
                answer,
                RegisterCandidateResponse.newBuilder().setVersion(Messages.version(entry)).build());
    }

    @Override
    public void listVersions(
            ListVersionsRequest request, StreamObserver<ListVersionsResponse> answer) {
        Page page = Page.of(request.getPageSize(), request.getPageToken());
        send(
                answer,
                page.response(
                        registry.list(request.getModelId(), page.before(), page.size() + 1),
                        registry::find));
    }

    @Override
    public void promote(PromoteRequest request, StreamObserver<PromoteResponse> answer) {
        Fields.name("model_id", request.getModelId());
        Fields.name("version", request.getVersion());
        String reason = Fields.reason(request.getReason(), "promoted by an operator");
        send(
                answer,
                PromoteResponse.newBuilder()
                        .setRouting(
                                Messages.routing(
                                        registry.promote(
                                                request.getModelId(),
                                                request.getVersion(),
                                                reason)))
                        .build());
    }

    @Override
    public void rollback(RollbackRequest request, StreamObserver<RollbackResponse> answer) {
        Fields.name("model_id", request.getModelId());
        String reason = Fields.reason(request.getReason(), "rolled back by an operator");
        send(
                answer,
                RollbackResponse.newBuilder()
                        .setRouting(
                                Messages.routing(registry.rollBack(request.getModelId(), reason)))
                        .build());
    }

    private static <T> void send(StreamObserver<T> answer, T message) {
        answer.onNext(message);
        answer.onCompleted();
    }
}
