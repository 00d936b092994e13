package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.generate.Constraint;
import java.util.BitSet;

/** Allows one given token after the other, so that a model says what it thinks of them. */
final class Forced implements Constraint.Guide {
    private final int[] tokens;
    private int written;

    Forced(int[] tokens) {
        this.tokens = tokens;
    }

    @Override
    public BitSet allowed() {
        BitSet one = new BitSet();
        one.set(tokens[written]);
        return one;
    }

    @Override
    public void wrote(int token) {
        if (token != tokens[written++]) throw new IllegalStateException("wrote " + token);
    }
}
