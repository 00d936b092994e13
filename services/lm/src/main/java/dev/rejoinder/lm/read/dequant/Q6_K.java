package dev.rejoinder.lm.read.dequant;

/**
 * 256 weights in 210 bytes: 128 bytes of low nibbles, 64 bytes of the upper two bits, 16 signed
 * scales of 16 weights each, and a half-precision scale of the scales. Each half of the block has
 * four rows of 32 weights: the low bits of rows 0 and 1 are the low nibbles of its 64 bytes, those
 * of rows 2 and 3 the high ones; the upper bits of row {@code r} are bits {@code 2r} and {@code 2r
 * + 1} of its 32 bytes. {@code weight = unit * scale * (bits - 32)}, as ggml's {@code block_q6_K}.
 */
public final class Q6_K implements Dequantizer {
    @Override
    public String name() {
        return "Q6_K";
    }

    @Override
    public int blockWeights() {
        return 256;
    }

    @Override
    public int blockBytes() {
        return 210;
    }

    @Override
    public void dequantize(byte[] source, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 210;
            float unit = LittleEndian.float16(source, from + 208);
            for (int row = 0; row < 8; row++) {
                int half = row / 4;
                int inHalf = row % 4;
                int lows = from + half * 64 + inHalf % 2 * 32;
                int lowShift = inHalf / 2 * 4;
                int highs = from + 128 + half * 32;
                int scales = from + 192 + row * 2;
                int to = at + block * 256 + row * 32;
                for (int i = 0; i < 32; i++) {
                    int low = source[lows + i] >> lowShift & 0xF;
                    int high = (source[highs + i] >> 2 * inHalf & 3) << 4;
                    target[to + i] = unit * source[scales + i / 16] * ((low | high) - 32);
                }
            }
        }
    }
}
