package dev.rejoinder.lm.djl;

/**
 * How long the rows of a native pass are made. In bfloat16 on a CPU, oneDNN compiles kernels for
 * every number of tokens that it meets, of matrices and of attention: a millisecond and more than a
 * MiB for each, kept for good. Rows are therefore filled up to one of few lengths there.
 *
 * @param multiple of which a row's length is one; 1 leaves rows as they are
 */
record RowLengths(int multiple) {
    /** Two tiles of AMX. */
    private static final int FEW = 32;

    /** Rows that a step of decoding has, and few tokens altogether, are never filled up. */
    private static final int SHORT = 16;

    static RowLengths on(boolean bfloat16, boolean gpu) {
        return new RowLengths(bfloat16 && !gpu ? FEW : 1);
    }

    /** The length of a row of so many tokens. */
    int of(int tokens) {
        return tokens <= SHORT ? tokens : Math.ceilDiv(tokens, multiple) * multiple;
    }
}
