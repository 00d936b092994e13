package dev.rejoinder.lm.djl;

/**
 * How long the rows of a native pass are made. In bfloat16 on a CPU, oneDNN compiles kernels for
 * every number of tokens that it meets, of matrices and of attention: a millisecond and more than a
 * MiB for each, kept for good. Rows are therefore filled up to one of few lengths there: multiples
 * of 32 up to eight of them, then of 64 up to eight of those, and so on.
 *
 * @param multiple of which a row's length is one at least; 1 leaves rows as they are
 */
record RowLengths(int multiple) {
    /** Two tiles of AMX. */
    private static final int FEW = 32;

    /** Rows that a step of decoding has, and few tokens altogether, are never filled up. */
    private static final int SHORT = 16;

    /** Steps of one size: less than a fifth of a longer row is filled up. */
    private static final int STEPS = 8;

    static RowLengths on(boolean bfloat16, boolean gpu) {
        return new RowLengths(bfloat16 && !gpu ? FEW : 1);
    }

    /** The length of a row of so many tokens. */
    int of(int tokens) {
        if (tokens <= SHORT || multiple == 1) return tokens;
        int step = multiple;
        while (tokens > STEPS * step) step *= 2;
        return Math.ceilDiv(tokens, step) * step;
    }
}
