package dev.rejoinder.registry.rollout;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.registry.evidence.Decision.Settled;
import dev.rejoinder.registry.version.Lineage;
import dev.rejoinder.registry.version.Stage;
import dev.rejoinder.registry.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model's versions and who serves. Each method is one change: it gives the next rollout, one
 * revision on, or the same one if there is nothing to do.
 *
 * <ul>
 *   <li>There is exactly one champion and at most one canary; the others wait in the order of their
 *       numbers, and the first becomes canary as soon as there is none.
 *   <li>When canary or champion changes, a new {@link Trial} begins.
 *   <li>A rollback of the champion brings back the one before: the retired version that became
 *       champion last.
 * </ul>
 *
 * @param revision grows by 1 with every change
 * @param versions oldest first, the base among them
 */
public record Rollout(
        String modelId,
        String baseDigest,
        long revision,
        Instant changedAt,
        List<Version> versions,
        Optional<Trial> trial) {
    public Rollout {
        versions = List.copyOf(versions);
    }

    /** A new model: its base serves everyone. */
    public static Rollout of(String modelId, String baseDigest, Instant now) {
        return new Rollout(
                modelId, baseDigest, 1, now, List.of(Version.base(1, now)), Optional.empty());
    }

    public Version champion() {
        return in(Stage.Champion.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(modelId + " has no champion"));
    }

    public Optional<Version> canary() {
        return in(Stage.Canary.class).findFirst();
    }

    /** Champion first; shares add up to 1. */
    public List<Route> routes() {
        Version champion = champion();
        return canary().map(
                        canary -> {
                            double share = ((Stage.Canary) canary.stage()).share();
                            return List.of(
                                    new Route(champion, 1 - share), new Route(canary, share));
                        })
                .orElseGet(() -> List.of(new Route(champion, 1)));
    }

    public Optional<Version> named(String name) {
        return versions.stream().filter(v -> v.name().equals(name)).findFirst();
    }

    public Optional<Version> withAdapter(String digest) {
        return versions.stream().filter(v -> v.adapterDigest().equals(digest)).findFirst();
    }

    /** Adds an adapter; the same one (by digest) only once. */
    public Rollout register(Version.Adapter adapter, Lineage lineage, Step step) {
        if (withAdapter(adapter.digest()).isPresent()) return this;
        List<Version> longer = new ArrayList<>(versions);
        longer.add(Version.candidate(versions.getLast().number() + 1, adapter, lineage, step.at()));
        return next(longer, step);
    }

    /** An operator makes a version champion at once. */
    public Rollout promote(String name, String reason, Step step) {
        Version chosen = named(name).orElseThrow(() -> Refusal.notFound("version", name));
        Stage promoted =
                switch (chosen.stage()) {
                    case Stage.Candidate candidate -> candidate.promote(revision + 1);
                    case Stage.Canary canary -> canary.promote(revision + 1);
                    case Stage.Champion champion -> champion;
                    case Stage.Retired retired -> retired.restore(revision + 1);
                    case Stage.Rejected rejected -> rejected.reinstate(revision + 1);
                };
        if (promoted == chosen.stage()) return this;
        return next(crowned(chosen, promoted, reason, step), step);
    }

    /** An operator ends the canary, or brings back the champion before. */
    public Rollout rollBack(String reason, Step step) {
        if (canary().isPresent()) return next(rejected(canary().get(), reason, step), step);
        Version back =
                in(Stage.Retired.class)
                        .max(Comparator.comparing(v -> ((Stage.Retired) v.stage()).since()))
                        .orElseThrow(this::nothingToRollBackTo);
        List<Version> demoted = rejected(champion(), reason, step);
        Stage restored = ((Stage.Retired) back.stage()).restore(revision + 1);
        String why = "back in place of " + champion().name() + ": " + reason;
        return next(replace(demoted, back.move(restored, step.at(), why)), step);
    }

    /** The trial in hand has ended. */
    public Rollout settle(Settled decision, Step step) {
        Version canary =
                canary().orElseThrow(() -> new IllegalStateException("settled without a canary"));
        if (!decision.verdict().promotes())
            return next(rejected(canary, decision.reason(), step), step);
        Stage promoted = ((Stage.Canary) canary.stage()).promote(revision + 1);
        return next(crowned(canary, promoted, decision.reason(), step), step);
    }

    /**
     * When a change happens, and what a canary gets that begins with it.
     *
     * @param share of the conversations
     */
    public record Step(Instant at, double share) {}

    private List<Version> crowned(Version chosen, Stage promoted, String reason, Step step) {
        Version old = champion();
        Stage retired = ((Stage.Champion) old.stage()).retire();
        List<Version> changed =
                replace(versions, old.move(retired, step.at(), "replaced by " + chosen.name()));
        return replace(changed, chosen.move(promoted, step.at(), reason));
    }

    private List<Version> rejected(Version version, String reason, Step step) {
        Stage stage =
                switch (version.stage()) {
                    case Stage.Canary canary -> canary.reject();
                    case Stage.Champion champion -> champion.reject();
                    case Stage.Candidate s -> throw notServed(version);
                    case Stage.Retired s -> throw notServed(version);
                    case Stage.Rejected s -> throw notServed(version);
                };
        return replace(versions, version.move(stage, step.at(), reason));
    }

    private static IllegalStateException notServed(Version version) {
        return new IllegalStateException(version.name() + " is not served, yet is rolled back");
    }

    private static List<Version> replace(List<Version> versions, Version changed) {
        return versions.stream().map(v -> v.number() == changed.number() ? changed : v).toList();
    }

    /** One revision on, with the first in line as canary if there is none. */
    private Rollout next(List<Version> changed, Step step) {
        Rollout waiting = new Rollout(modelId, baseDigest, revision + 1, step.at(), changed, trial);
        Rollout begun =
                waiting.canary().isPresent()
                        ? waiting
                        : waiting.in(Stage.Candidate.class)
                                .findFirst()
                                .map(first -> waiting.begin(first, step))
                                .orElse(waiting);
        return begun.onTrial();
    }

    private Rollout begin(Version first, Step step) {
        Stage canary = ((Stage.Candidate) first.stage()).begin(step.share());
        String reason = "its turn: share %.2f".formatted(step.share());
        return new Rollout(
                modelId,
                baseDigest,
                revision,
                changedAt,
                replace(versions, first.move(canary, step.at(), reason)),
                trial);
    }

    private Rollout onTrial() {
        Optional<Trial> now =
                canary().map(c -> new Trial(revision, c.name(), champion().name(), changedAt));
        boolean goesOn =
                now.isPresent()
                        && trial.filter(t -> t.canary().equals(now.get().canary()))
                                .filter(t -> t.champion().equals(now.get().champion()))
                                .isPresent();
        return new Rollout(
                modelId, baseDigest, revision, changedAt, versions, goesOn ? trial : now);
    }

    private Refusal nothingToRollBackTo() {
        return new Refusal(
                Refusal.Kind.PRECONDITION,
                ErrorReason.ERROR_REASON_TRANSITION_REFUSED,
                "%s has no canary to end and no earlier champion to go back to; promote a version"
                        .formatted(modelId),
                Map.of("from", champion().name(), "to", ""));
    }

    private Stream<Version> in(Class<? extends Stage> stage) {
        return versions.stream().filter(v -> stage.isInstance(v.stage()));
    }
}
