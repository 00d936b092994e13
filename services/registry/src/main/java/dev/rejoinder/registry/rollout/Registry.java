package dev.rejoinder.registry.rollout;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.registry.evidence.CanaryRules;
import dev.rejoinder.registry.evidence.Decision;
import dev.rejoinder.registry.evidence.Decision.Settled;
import dev.rejoinder.registry.evidence.Decision.Wait;
import dev.rejoinder.registry.evidence.Observation;
import dev.rejoinder.registry.version.Lineage;
import dev.rejoinder.registry.version.Version;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What the registry does: every change goes through here, by an operator or by evidence. */
public final class Registry {
    /** Hears of changes; called after they are kept. */
    public interface Listener {
        /** Something changed or was counted. */
        void changed();

        /** A trial ended by evidence. */
        void settled(String modelId, Settled decision);
    }

    private final Rollouts rollouts;
    private final CanaryRules rules;
    private final Clock clock;
    private final Listener listener;

    public Registry(Rollouts rollouts, CanaryRules rules, Clock clock, Listener listener) {
        this.rollouts = rollouts;
        this.rules = rules;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Makes sure that a base model has a rollout.
     *
     * @throws Refusal if the model is known with other weights: its adapters would not fit
     */
    public Rollout registerBase(String modelId, String baseDigest) {
        Rollout kept = rollouts.create(Rollout.of(modelId, baseDigest, step().at()));
        if (!kept.baseDigest().equals(baseDigest))
            throw new Refusal(
                    Refusal.Kind.PRECONDITION,
                    ErrorReason.ERROR_REASON_TRANSITION_REFUSED,
                    "%s is registered with base digest %s, not %s; serve other weights under another name"
                            .formatted(modelId, kept.baseDigest(), baseDigest),
                    Map.of("from", kept.baseDigest(), "to", baseDigest));
        listener.changed();
        return kept;
    }

    /**
     * Registers an adapter that passed its gate; the same one (by digest) is there once.
     *
     * @throws Refusal if the model is not known, or its base is another
     */
    public Rollouts.Entry registerCandidate(
            String modelId, String baseDigest, Version.Adapter adapter, Lineage lineage) {
        UnaryOperator<Rollout> register =
                rollout -> {
                    if (!rollout.baseDigest().equals(baseDigest))
                        throw unknownBase(modelId, baseDigest, rollout.baseDigest());
                    return rollout.register(adapter, lineage, step());
                };
        Rollout after =
                rollouts.change(modelId, register)
                        .orElseThrow(() -> unknownBase(modelId, baseDigest, "none"));
        listener.changed();
        Version version = after.withAdapter(adapter.digest()).orElseThrow();
        return rollouts.entry(modelId, version.number());
    }

    private static Refusal unknownBase(String modelId, String baseDigest, String known) {
        return new Refusal(
                Refusal.Kind.PRECONDITION,
                ErrorReason.ERROR_REASON_MODEL_UNKNOWN,
                "no model %s with base digest %s is registered (known: %s); register the base first"
                        .formatted(modelId, baseDigest, known),
                Map.of("model", modelId, "base_digest", baseDigest));
    }

    /** Makes a version champion at once. */
    public Rollout promote(String modelId, String version, String reason) {
        return change(modelId, rollout -> rollout.promote(version, reason, step()));
    }

    /** Ends a canary, or brings back the champion before. */
    public Rollout rollBack(String modelId, String reason) {
        return change(modelId, rollout -> rollout.rollBack(reason, step()));
    }

    private Rollout change(String modelId, UnaryOperator<Rollout> step) {
        Rollout after =
                rollouts.change(modelId, step)
                        .orElseThrow(() -> Refusal.notFound("model", modelId));
        listener.changed();
        return after;
    }

    public Optional<Rollout> find(String modelId) {
        return rollouts.find(modelId);
    }

    /** Versions, newest first; see {@link Rollouts#list}. */
    public List<Rollouts.Entry> list(String modelId, long before, int limit) {
        return rollouts.list(modelId, before, limit);
    }

    /** Counts confident signals and acts on what they say. */
    public void observe(List<Observation> observations) {
        Map<String, List<Observation>> byModel =
                observations.stream().collect(Collectors.groupingBy(Observation::modelId));
        byModel.forEach(this::observeOne);
        if (!byModel.isEmpty()) listener.changed();
    }

    private void observeOne(String modelId, List<Observation> observations) {
        AtomicReference<Decision> decided = new AtomicReference<>(new Wait());
        rollouts.observe(
                modelId,
                observations,
                evidence -> {
                    decided.set(rules.decide(evidence));
                    return switch (decided.get()) {
                        case Wait wait -> Optional.empty();
                        case Settled settled ->
                                Optional.of(rollout -> rollout.settle(settled, step()));
                    };
                });
        if (decided.get() instanceof Settled settled) listener.settled(modelId, settled);
    }

    /** Instants are kept to the microsecond, as the database does. */
    private Rollout.Step step() {
        return new Rollout.Step(clock.instant().truncatedTo(ChronoUnit.MICROS), rules.share());
    }
}
