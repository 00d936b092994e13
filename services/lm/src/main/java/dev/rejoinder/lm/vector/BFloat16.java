package dev.rejoinder.lm.vector;

/** The upper 16 bits of a float. */
final class BFloat16 {
    private BFloat16() {}

    static float toFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** To the nearest, ties to even, as libtorch rounds; not-a-number stays one. */
    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) return (short) (bits >>> 16 | 0x40);
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
