package dev.rejoinder.lm.read.dequant;

/**
 * Eight scales and eight minimums of six bits each in twelve bytes, as ggml's {@code
 * get_scale_min_k4} unpacks them: the first four of each lie in the low bits of bytes 0 to 7; the
 * others have their low four bits in bytes 8 to 11 and their high two in the top of bytes 0 to 7.
 */
final class SixBitScales {
    private SixBitScales() {}

    static int scale(byte[] source, int from, int index) {
        if (index < 4) return source[from + index] & 0x3F;
        return source[from + index + 4] & 0xF | (source[from + index - 4] >> 6 & 3) << 4;
    }

    static int minimum(byte[] source, int from, int index) {
        if (index < 4) return source[from + index + 4] & 0x3F;
        return source[from + index + 4] >> 4 & 0xF | (source[from + index] >> 6 & 3) << 4;
    }
}
