package dev.rejoinder.lm.read.dequant;

/**
 * 32 weights in 20 bytes: a half-precision scale and minimum, then 16 bytes of two nibbles. The low
 * nibbles are weights 0 to 15, the high ones 16 to 31. {@code weight = scale * nibble + minimum},
 * as ggml's {@code block_q4_1}.
 */
public final class Q4_1 implements Dequantizer {
    @Override
    public String name() {
        return "Q4_1";
    }

    @Override
    public int blockWeights() {
        return 32;
    }

    @Override
    public int blockBytes() {
        return 20;
    }

    @Override
    public void dequantize(byte[] source, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 20;
            int to = at + block * 32;
            float scale = LittleEndian.float16(source, from);
            float minimum = LittleEndian.float16(source, from + 2);
            for (int i = 0; i < 16; i++) {
                int nibbles = source[from + 4 + i];
                target[to + i] = scale * (nibbles & 0xF) + minimum;
                target[to + 16 + i] = scale * (nibbles >> 4 & 0xF) + minimum;
            }
        }
    }
}
