package dev.rejoinder.registry.evidence;

/** What the evidence says about a canary now. */
public sealed interface Decision {
    /** Too early to say. */
    record Wait() implements Decision {}

    /**
     * The trial is over.
     *
     * @param reason one line with the figures, for the version's history
     */
    record Settled(Verdict verdict, String reason) implements Decision {}

    /** How a trial can end. */
    enum Verdict {
        /** Shown to be better. */
        BETTER(true),
        /** Shown to be worse. */
        WORSE(false),
        /** After the last follow-up: shown to be at most the margin worse. */
        NO_WORSE(true),
        /** After the last follow-up: neither shown. */
        UNDECIDED(false);

        private final boolean promotes;

        Verdict(boolean promotes) {
            this.promotes = promotes;
        }

        public boolean promotes() {
            return promotes;
        }
    }
}
