package dev.rejoinder.trainer.run.grpc;

import com.google.protobuf.Timestamp;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.proto.trainer.v1.Dataset;
import dev.rejoinder.proto.trainer.v1.RunEvent;
import dev.rejoinder.proto.trainer.v1.RunState;
import dev.rejoinder.proto.trainer.v1.RunTrigger;
import dev.rejoinder.proto.trainer.v1.StepMetrics;
import dev.rejoinder.trainer.dataset.Origin;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.run.Cause;
import dev.rejoinder.trainer.run.Curve;
import dev.rejoinder.trainer.run.Progress;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs as messages and back, without loss: what stands in the database, on the topic and in an
 * answer is the same message.
 */
public final class RunMessages {
    private RunMessages() {}

    /** The record for {@code rejoinder.runs.v1}. */
    public static RunEvent event(Run run) {
        String step = String.valueOf(run.progress().step());
        return RunEvent.newBuilder()
                .setEventId(Digests.id("run-event", run.id().value(), run.state(), step))
                .setRun(message(run))
                .build();
    }

    public static dev.rejoinder.proto.trainer.v1.Run message(Run run) {
        Run.Facts facts = run.facts();
        Progress progress = run.progress();
        var message =
                dev.rejoinder.proto.trainer.v1.Run.newBuilder()
                        .setRunId(run.id().value())
                        .setState(RunState.valueOf("RUN_STATE_" + run.state()))
                        .setTrigger(RunTrigger.valueOf("RUN_TRIGGER_" + facts.cause()))
                        .setDataset(dataset(facts.dataset()))
                        .setHyperparameters(HyperparameterMessages.message(facts.hyperparameters()))
                        .setStep(progress.step())
                        .setTotalSteps(progress.totalSteps())
                        .setBaseDigest(facts.baseDigest())
                        .setModelId(facts.modelId())
                        .setCreatedAt(timestamp(facts.createdAt()))
                        .setUpdatedAt(timestamp(run.changedAt()))
                        .setTrainingSeconds(progress.trainingSeconds())
                        .setResumes(progress.resumes());
        progress.curve().steps().forEach(s -> message.addCurve(step(s)));
        run.judged().ifPresent(v -> GateMessages.set(message, v));
        if (run instanceof Run.Registered registered) message.setVersion(registered.version());
        if (run instanceof Run.Failed failed) message.setMessage(failed.message());
        return message.build();
    }

    /**
     * @throws IllegalArgumentException if a newer trainer wrote the message
     */
    public static Run run(dev.rejoinder.proto.trainer.v1.Run m) {
        Run.Facts facts = facts(m);
        Progress progress = progress(m);
        Instant at = instant(m.getUpdatedAt());
        return switch (m.getState()) {
            case RUN_STATE_QUEUED -> new Run.Queued(facts, progress, at);
            case RUN_STATE_PREPARING -> new Run.Preparing(facts, progress, at);
            case RUN_STATE_TRAINING -> new Run.Training(facts, progress, at);
            case RUN_STATE_EVALUATING -> new Run.Evaluating(facts, progress, at);
            case RUN_STATE_REGISTERED ->
                    new Run.Registered(
                            facts, progress, GateMessages.verdict(m), m.getVersion(), at);
            case RUN_STATE_REFUSED -> new Run.Refused(facts, progress, GateMessages.verdict(m), at);
            case RUN_STATE_FAILED -> new Run.Failed(facts, progress, m.getMessage(), at);
            case RUN_STATE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "run "
                                    + m.getRunId()
                                    + " has the unknown state "
                                    + m.getStateValue()
                                    + "; update the trainer");
        };
    }

    private static Run.Facts facts(dev.rejoinder.proto.trainer.v1.Run m) {
        return new Run.Facts(
                new RunId(m.getRunId()),
                Cause.valueOf(m.getTrigger().name().substring("RUN_TRIGGER_".length())),
                m.getModelId(),
                m.getBaseDigest(),
                summary(m.getDataset()),
                HyperparameterMessages.hyperparameters(m.getHyperparameters()),
                instant(m.getCreatedAt()));
    }

    private static Progress progress(dev.rejoinder.proto.trainer.v1.Run m) {
        return new Progress(
                m.getStep(),
                m.getTotalSteps(),
                new Curve(m.getCurveList().stream().map(RunMessages::step).toList()),
                m.getTrainingSeconds(),
                m.getResumes());
    }

    private static Dataset dataset(Snapshot.Summary summary) {
        Dataset.Builder dataset =
                Dataset.newBuilder()
                        .setDigest(summary.digest())
                        .setPairs(summary.train())
                        .setHeldOut(summary.heldOut())
                        .setLastPosition(summary.lastPosition())
                        .setUnsatisfying(summary.sieving().leftOut())
                        .setSatisfactionAuc(summary.sieving().auc());
        summary.origins().forEach((o, count) -> dataset.putOrigins(o.name(), count));
        return dataset.build();
    }

    private static Snapshot.Summary summary(Dataset dataset) {
        Map<Origin, Integer> origins =
                dataset.getOriginsMap().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        e -> Origin.valueOf(e.getKey()), Map.Entry::getValue));
        return new Snapshot.Summary(
                dataset.getDigest(),
                dataset.getPairs(),
                dataset.getHeldOut(),
                dataset.getLastPosition(),
                origins,
                new Snapshot.Sieving(dataset.getUnsatisfying(), dataset.getSatisfactionAuc()));
    }

    private static StepMetrics step(Curve.Step step) {
        return StepMetrics.newBuilder()
                .setStep(step.step())
                .setLoss(step.loss())
                .setAccuracy(step.accuracy())
                .setMargin(step.margin())
                .setGradientNorm(step.gradientNorm())
                .setSeconds(step.seconds())
                .build();
    }

    private static Curve.Step step(StepMetrics step) {
        return new Curve.Step(
                step.getStep(),
                step.getLoss(),
                step.getAccuracy(),
                step.getMargin(),
                step.getGradientNorm(),
                step.getSeconds());
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }

    private static Instant instant(Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }
}
