package dev.rejoinder.trainer.loss;

import org.jspecify.annotations.Nullable;

/** What a run minimises over its pairs. A closed set: a new loss is a new record here. */
public sealed interface Preference {
    /** The name on the wire and in the configuration. */
    String name();

    /** DPO's part; null where only the chosen reply counts. */
    @Nullable DpoLoss dpo();

    /** Weight of the chosen reply's {@link SftLoss}, at least 0. */
    double nllWeight();

    /**
     * The loss of a name.
     *
     * @throws IllegalArgumentException if there is none of that name or a value is outside its
     *     limits
     */
    static Preference of(String name, double beta, double nllWeight) {
        return switch (name) {
            case Dpo.NAME -> new Dpo(beta, nllWeight);
            case Sft.NAME -> new Sft();
            default ->
                    throw new IllegalArgumentException(
                            "loss of \"" + name + "\" is unknown; use \"dpo\" or \"sft\"");
        };
    }

    /** The objective of one pair. */
    default PairObjective objective(PairLogProbs.Reference reference) {
        return new PairObjective(this, reference);
    }

    /** {@link DpoLoss} plus {@code nllWeight} times {@link SftLoss}. */
    record Dpo(double beta, double nllWeight) implements Preference {
        public static final String NAME = "dpo";

        public Dpo {
            new DpoLoss(beta);
            if (!(nllWeight >= 0 && nllWeight <= 100))
                throw new IllegalArgumentException(
                        "nll_weight of " + nllWeight + " is outside 0 to 100");
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public DpoLoss dpo() {
            return new DpoLoss(beta);
        }
    }

    /** {@link SftLoss} of the chosen reply alone; margins are reported with a beta of 1. */
    record Sft() implements Preference {
        public static final String NAME = "sft";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public @Nullable DpoLoss dpo() {
            return null;
        }

        @Override
        public double nllWeight() {
            return 1;
        }
    }
}
