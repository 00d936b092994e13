package dev.rejoinder.registry.rollout.grpc;

import dev.rejoinder.kernel.grpc.Offload;
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
import jakarta.inject.Inject;

/** The registry's service: checks requests and translates. */
@GrpcService
public class RegistryGrpc extends RegistryServiceImplBase {
    private final Registry registry;

    @Inject
    public RegistryGrpc(Registry registry) {
        this.registry = registry;
    }

    @Override
    public void registerBase(
            RegisterBaseRequest request, StreamObserver<RegisterBaseResponse> answer) {
        Offload.answer(answer, () -> registerBase(request));
    }

    private RegisterBaseResponse registerBase(RegisterBaseRequest request) {
        ModelVersion base = request.getVersion();
        Fields.name("version.model_id", base.getModelId());
        Fields.digest("version.base_digest", base.getBaseDigest());
        Fields.base(base);
        return RegisterBaseResponse.newBuilder()
                .setRouting(
                        Messages.routing(
                                registry.registerBase(base.getModelId(), base.getBaseDigest())))
                .build();
    }

    @Override
    public void registerCandidate(
            RegisterCandidateRequest request, StreamObserver<RegisterCandidateResponse> answer) {
        Offload.answer(answer, () -> registerCandidate(request));
    }

    private RegisterCandidateResponse registerCandidate(RegisterCandidateRequest request) {
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
        return RegisterCandidateResponse.newBuilder().setVersion(Messages.version(entry)).build();
    }

    @Override
    public void listVersions(
            ListVersionsRequest request, StreamObserver<ListVersionsResponse> answer) {
        Offload.answer(answer, () -> listVersions(request));
    }

    private ListVersionsResponse listVersions(ListVersionsRequest request) {
        Page page = Page.of(request.getPageSize(), request.getPageToken());
        return page.response(
                registry.list(request.getModelId(), page.before(), page.size() + 1),
                registry::find);
    }

    @Override
    public void promote(PromoteRequest request, StreamObserver<PromoteResponse> answer) {
        Offload.answer(answer, () -> promote(request));
    }

    private PromoteResponse promote(PromoteRequest request) {
        Fields.name("model_id", request.getModelId());
        Fields.name("version", request.getVersion());
        String reason = Fields.reason(request.getReason(), "promoted by an operator");
        return PromoteResponse.newBuilder()
                .setRouting(
                        Messages.routing(
                                registry.promote(
                                        request.getModelId(), request.getVersion(), reason)))
                .build();
    }

    @Override
    public void rollback(RollbackRequest request, StreamObserver<RollbackResponse> answer) {
        Offload.answer(answer, () -> rollback(request));
    }

    private RollbackResponse rollback(RollbackRequest request) {
        Fields.name("model_id", request.getModelId());
        String reason = Fields.reason(request.getReason(), "rolled back by an operator");
        return RollbackResponse.newBuilder()
                .setRouting(Messages.routing(registry.rollBack(request.getModelId(), reason)))
                .build();
    }
}
