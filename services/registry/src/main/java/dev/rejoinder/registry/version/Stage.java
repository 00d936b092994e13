package dev.rejoinder.registry.version;

/**
 * Where a version stands. The methods are the legal transitions; what has no method cannot happen.
 *
 * <pre>
 * Candidate -begin-> Canary -promote-> Champion -retire-> Retired
 *     |                 |                 ^  \               |
 *     |                 +-reject-+        |   +-reject-+     |
 *     |                          v        |            v     |
 *     +-promote---------> (Champion)   reinstate <- Rejected |
 *                                         restore <----------+
 * </pre>
 *
 * A rejected version comes back only by an operator's explicit promotion.
 */
public sealed interface Stage {
    /** Registered, waits for its turn. */
    record Candidate() implements Stage {
        public Canary begin(double share) {
            return new Canary(share);
        }

        /** An operator's shortcut past the canary. */
        public Champion promote(long revision) {
            return new Champion(revision);
        }
    }

    /**
     * Serves a share of the conversations and is judged on live signals.
     *
     * @param share of the conversations, between 0 and 1 exclusive
     */
    record Canary(double share) implements Stage {
        public Canary {
            if (!(share > 0 && share < 1))
                throw new IllegalArgumentException(
                        "a canary's share of " + share + " is not between 0 and 1");
        }

        public Champion promote(long revision) {
            return new Champion(revision);
        }

        public Rejected reject() {
            return new Rejected();
        }
    }

    /**
     * Serves everyone else.
     *
     * @param since revision of the routing table that made it champion
     */
    record Champion(long since) implements Stage {
        /** A better one takes its place; it can be brought back. */
        public Retired retire() {
            return new Retired(since);
        }

        /** It is rolled back itself. */
        public Rejected reject() {
            return new Rejected();
        }
    }

    /**
     * Was champion.
     *
     * @param since revision that had made it champion; the newest of a model's is the champion
     *     before
     */
    record Retired(long since) implements Stage {
        public Champion restore(long revision) {
            return new Champion(revision);
        }
    }

    /** Was judged worse, not shown to be as good, or refused by an operator. */
    record Rejected() implements Stage {
        public Champion reinstate(long revision) {
            return new Champion(revision);
        }
    }
}
