package dev.rejoinder.lm.read.dequant;

/**
 * 256 weights in 176 bytes: as {@link Q4_K}, with 32 bytes before the nibbles that hold the fifth
 * bits; bit {@code g} of byte {@code i} belongs to weight {@code i} of group {@code g}. As ggml's
 * {@code block_q5_K}.
 */
public final class Q5_K implements Dequantizer {
    @Override
    public String name() {
        return "Q5_K";
    }

    @Override
    public int blockWeights() {
        return 256;
    }

    @Override
    public int blockBytes() {
        return 176;
    }

    @Override
    public void dequantize(byte[] source, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 176;
            float scaleUnit = LittleEndian.float16(source, from);
            float minimumUnit = LittleEndian.float16(source, from + 2);
            int fifth = from + 16;
            for (int group = 0; group < 8; group++) {
                float scale = scaleUnit * SixBitScales.scale(source, from + 4, group);
                float minimum = minimumUnit * SixBitScales.minimum(source, from + 4, group);
                int nibbles = from + 48 + group / 2 * 32;
                int shift = group % 2 * 4;
                int to = at + block * 256 + group * 32;
                for (int i = 0; i < 32; i++) {
                    int low = source[nibbles + i] >> shift & 0xF;
                    int high = (source[fifth + i] >> group & 1) << 4;
                    target[to + i] = scale * (low | high) - minimum;
                }
            }
        }
    }
}
