package dev.rejoinder.lm.read.dequant;

/**
 * 256 weights in 144 bytes: half-precision scales of the scales and of the minimums, {@linkplain
 * SixBitScales 12 bytes} of both for 8 groups of 32 weights, then 128 bytes of two nibbles; 32
 * bytes hold one group in their low and the next in their high nibbles. As ggml's {@code
 * block_q4_K}.
 */
public final class Q4_K implements Dequantizer {
    @Override
    public String name() {
        return "Q4_K";
    }

    @Override
    public int blockWeights() {
        return 256;
    }

    @Override
    public int blockBytes() {
        return 144;
    }

    @Override
    public void dequantize(byte[] source, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 144;
            float scaleUnit = LittleEndian.float16(source, from);
            float minimumUnit = LittleEndian.float16(source, from + 2);
            for (int group = 0; group < 8; group++) {
                float scale = scaleUnit * SixBitScales.scale(source, from + 4, group);
                float minimum = minimumUnit * SixBitScales.minimum(source, from + 4, group);
                int nibbles = from + 16 + group / 2 * 32;
                int shift = group % 2 * 4;
                int to = at + block * 256 + group * 32;
                for (int i = 0; i < 32; i++) {
                    target[to + i] = scale * (source[nibbles + i] >> shift & 0xF) - minimum;
                }
            }
        }
    }
}
