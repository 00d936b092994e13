package dev.rejoinder.lm.grammar;

import java.util.BitSet;

/** A part of a rule. */
sealed interface Symbol {
    /**
     * One byte of a set.
     *
     * @param allowed 256 bits, never changed
     */
    record ByteSet(BitSet allowed) implements Symbol {
        static ByteSet of(int value) {
            return between(value, value);
        }

        /** Both ends are allowed. */
        static ByteSet between(int first, int last) {
            BitSet allowed = new BitSet(256);
            allowed.set(first, last + 1);
            return new ByteSet(allowed);
        }

        boolean allows(int value) {
            return allowed.get(value);
        }
    }

    /** Whatever a rule allows. */
    record Reference(int rule) implements Symbol {}
}
