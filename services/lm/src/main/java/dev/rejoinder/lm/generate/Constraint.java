package dev.rejoinder.lm.generate;

import java.util.BitSet;

/** What a reply must keep to, token by token. */
public interface Constraint {
    /** One reply's way through it, from its first token. */
    Guide begin();

    /** Where one reply is. Used by one thread at a time. */
    interface Guide {
        /**
         * The tokens that may come next, at least one; among them those that end the turn where the
         * reply may end. Not to be changed, and only valid until the next call.
         */
        BitSet allowed();

        /**
         * The reply has one token more.
         *
         * @throws IllegalArgumentException if it was not allowed
         */
        void wrote(int token);
    }
}
