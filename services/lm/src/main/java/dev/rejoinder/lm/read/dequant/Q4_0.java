package dev.rejoinder.lm.read.dequant;

/**
 * 32 weights in 18 bytes: a half-precision scale, then 16 bytes of two nibbles. The low nibbles are
 * weights 0 to 15, the high ones 16 to 31. {@code weight = scale * (nibble - 8)}, as ggml's {@code
 * block_q4_0}.
 */
public final class Q4_0 implements Dequantizer {
    @Override
    public String name() {
        return "Q4_0";
    }

    @Override
    public int blockWeights() {
        return 32;
    }

    @Override
    public int blockBytes() {
        return 18;
    }

    @Override
    public void dequantize(byte[] source, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 18;
            int to = at + block * 32;
            float scale = LittleEndian.float16(source, from);
            for (int i = 0; i < 16; i++) {
                int nibbles = source[from + 2 + i];
                target[to + i] = scale * ((nibbles & 0xF) - 8);
                target[to + 16 + i] = scale * ((nibbles >> 4 & 0xF) - 8);
            }
        }
    }
}
