package dev.rejoinder.lm.read.dequant;

/**
 * 32 weights in 34 bytes: a half-precision scale, then signed bytes. {@code weight = scale * byte},
 * as ggml's {@code block_q8_0}.
 */
public final class Q8_0 implements Dequantizer {
    @Override
    public String name() {
        return "Q8_0";
    }

    @Override
    public int blockWeights() {
        return 32;
    }

    @Override
    public int blockBytes() {
        return 34;
    }

    @Override
    public void dequantize(byte[] source, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 34;
            int to = at + block * 32;
            float scale = LittleEndian.float16(source, from);
            for (int i = 0; i < 32; i++) {
                target[to + i] = scale * source[from + 2 + i];
            }
        }
    }
}
