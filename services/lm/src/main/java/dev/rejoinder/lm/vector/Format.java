package dev.rejoinder.lm.vector;

/** How numbers lie in memory. */
public enum Format {
    /** IEEE 754 single precision. */
    FLOAT32(4),
    /** The upper half of a single. */
    BFLOAT16(2),
    /** Signed bytes, with a single-precision scale for every {@link #BLOCK} of them. */
    INT8(1);

    /** Weights that share a scale. */
    public static final int BLOCK = 32;

    private final int bytes;

    Format(int bytes) {
        this.bytes = bytes;
    }

    /** Of one number, its part of a scale not counted. */
    public int bytes() {
        return bytes;
    }
}
