package dev.rejoinder.trainer.run.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.registry.v1.Lineage;
import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.RegisterCandidateRequest;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc.RegistryServiceBlockingStub;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Stage;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.run.CandidateRegistry;
import dev.rejoinder.trainer.run.Run;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** {@code RegistryService}. */
public final class GrpcCandidateRegistry implements CandidateRegistry {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final RegistryServiceBlockingStub registry;

    public GrpcCandidateRegistry(RegistryServiceBlockingStub registry) {
        this.registry = registry;
    }

    @Override
    public Champion champion(String modelId) {
        ListVersionsRequest request =
                ListVersionsRequest.newBuilder().setModelId(modelId).setPageSize(1).build();
        return call(() -> soon().listVersions(request)).getRoutingsList().stream()
                .filter(r -> r.getModelId().equals(modelId))
                .flatMap(r -> r.getRoutesList().stream())
                .filter(r -> r.getStage() == Stage.STAGE_CHAMPION)
                .findFirst()
                .map(GrpcCandidateRegistry::champion)
                .orElseGet(Champion::base);
    }

    private static Champion champion(Route route) {
        String uri = route.getArtifactUri();
        String version = route.getVersion().getVersion();
        if (uri.isEmpty()) return new Champion(version, Optional.empty());
        if (!uri.startsWith("file:"))
            throw new IllegalArgumentException(
                    "the champion "
                            + version
                            + " lies at "
                            + uri
                            + ", and only file: can be read; promote a version that lies in a"
                            + " folder");
        return new Champion(version, Optional.of(Path.of(URI.create(uri))));
    }

    @Override
    public String register(Candidate candidate) {
        Run.Facts facts = candidate.facts();
        RegisterCandidateRequest request =
                RegisterCandidateRequest.newBuilder()
                        .setModelId(facts.modelId())
                        .setBaseDigest(facts.baseDigest())
                        .setAdapterDigest(candidate.verdict().adapterDigest())
                        .setArtifactUri(candidate.folder().toUri().toString())
                        .setLineage(lineage(candidate))
                        .build();
        return call(() -> soon().registerCandidate(request)).getVersion().getVersion().getVersion();
    }

    private static Lineage lineage(Candidate candidate) {
        List<Pair> pairs = candidate.dataset().train();
        return Lineage.newBuilder()
                .setRunId(candidate.facts().id().value())
                .setDatasetDigest(candidate.facts().dataset().digest())
                .setPairs(pairs.size())
                .addAllPairIds(pairs.stream().map(Pair::id).toList())
                .addAllSignalIds(
                        different(pairs.stream().flatMap(p -> p.provenance().signalIds().stream())))
                .addAllTurnIds(
                        different(pairs.stream().flatMap(p -> p.provenance().turnIds().stream())))
                .setParentVersion(candidate.verdict().parentVersion())
                .build();
    }

    private static List<String> different(Stream<String> ids) {
        return ids.distinct().toList();
    }

    private RegistryServiceBlockingStub soon() {
        return registry.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            Status.Code code = e.getStatus().getCode();
            if (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED)
                throw Refusal.unavailable("the registry did not answer (" + e.getStatus() + ")");
            throw e;
        }
    }
}
