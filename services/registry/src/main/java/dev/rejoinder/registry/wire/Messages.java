package dev.rejoinder.registry.wire;

import com.google.protobuf.Timestamp;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.ModelEvent;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.registry.rollout.Rollout;
import dev.rejoinder.registry.rollout.Rollouts;
import dev.rejoinder.registry.rollout.Route;
import dev.rejoinder.registry.version.Lineage;
import dev.rejoinder.registry.version.Stage;
import dev.rejoinder.registry.version.StageChange;
import dev.rejoinder.registry.version.Version;
import java.time.Instant;

/** From the registry's words to the contract's messages. */
public final class Messages {
    private Messages() {}

    public static ModelEvent event(Rollout rollout) {
        return ModelEvent.newBuilder()
                .setEventId(
                        Digests.id("model", rollout.modelId(), String.valueOf(rollout.revision())))
                .setRouting(routing(rollout))
                .build();
    }

    public static Routing routing(Rollout rollout) {
        Routing.Builder routing =
                Routing.newBuilder()
                        .setModelId(rollout.modelId())
                        .setRevision(rollout.revision())
                        .setChangedAt(timestamp(rollout.changedAt()));
        for (Route route : rollout.routes())
            routing.addRoutes(
                    dev.rejoinder.proto.registry.v1.Route.newBuilder()
                            .setVersion(
                                    modelVersion(
                                            rollout.modelId(),
                                            rollout.baseDigest(),
                                            route.version()))
                            .setStage(stage(route.version().stage()))
                            .setShare(route.share())
                            .setArtifactUri(route.version().artifactUri()));
        return routing.build();
    }

    public static dev.rejoinder.proto.registry.v1.Version version(Rollouts.Entry entry) {
        Version version = entry.version();
        dev.rejoinder.proto.registry.v1.Version.Builder message =
                dev.rejoinder.proto.registry.v1.Version.newBuilder()
                        .setVersion(modelVersion(entry.modelId(), entry.baseDigest(), version))
                        .setStage(stage(version.stage()))
                        .setLineage(lineage(version.lineage()))
                        .setArtifactUri(version.artifactUri());
        for (StageChange change : version.history()) message.addHistory(change(change));
        entry.evidence().map(EvidenceMessages::evidence).ifPresent(message::setEvidence);
        return message.build();
    }

    private static ModelVersion modelVersion(String modelId, String baseDigest, Version version) {
        return ModelVersion.newBuilder()
                .setModelId(modelId)
                .setVersion(version.name())
                .setBaseDigest(baseDigest)
                .setAdapterDigest(version.adapterDigest())
                .build();
    }

    private static dev.rejoinder.proto.registry.v1.StageChange change(StageChange change) {
        return dev.rejoinder.proto.registry.v1.StageChange.newBuilder()
                .setStage(stage(change.stage()))
                .setChangedAt(timestamp(change.changedAt()))
                .setReason(change.reason())
                .build();
    }

    private static dev.rejoinder.proto.registry.v1.Stage stage(Stage stage) {
        return switch (stage) {
            case Stage.Candidate s -> dev.rejoinder.proto.registry.v1.Stage.STAGE_CANDIDATE;
            case Stage.Canary s -> dev.rejoinder.proto.registry.v1.Stage.STAGE_CANARY;
            case Stage.Champion s -> dev.rejoinder.proto.registry.v1.Stage.STAGE_CHAMPION;
            case Stage.Retired s -> dev.rejoinder.proto.registry.v1.Stage.STAGE_RETIRED;
            case Stage.Rejected s -> dev.rejoinder.proto.registry.v1.Stage.STAGE_REJECTED;
        };
    }

    public static Lineage lineage(dev.rejoinder.proto.registry.v1.Lineage message) {
        return new Lineage(
                message.getRunId(),
                message.getDatasetDigest(),
                message.getPairs(),
                message.getPairIdsList(),
                message.getSignalIdsList(),
                message.getTurnIdsList(),
                message.getParentVersion());
    }

    private static dev.rejoinder.proto.registry.v1.Lineage lineage(Lineage lineage) {
        return dev.rejoinder.proto.registry.v1.Lineage.newBuilder()
                .setRunId(lineage.runId())
                .setDatasetDigest(lineage.datasetDigest())
                .setPairs(lineage.pairs())
                .addAllPairIds(lineage.pairIds())
                .addAllSignalIds(lineage.signalIds())
                .addAllTurnIds(lineage.turnIds())
                .setParentVersion(lineage.parentVersion())
                .build();
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
