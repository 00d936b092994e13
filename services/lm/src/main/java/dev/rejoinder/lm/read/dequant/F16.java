package dev.rejoinder.lm.read.dequant;

/** IEEE half precision. */
public final class F16 implements Dequantizer {
    @Override
    public String name() {
        return "F16";
    }

    @Override
    public int blockWeights() {
        return 1;
    }

    @Override
    public int blockBytes() {
        return Short.BYTES;
    }

    @Override
    public void dequantize(byte[] source, int blocks, float[] target, int at) {
        for (int i = 0; i < blocks; i++) {
            target[at + i] = LittleEndian.float16(source, Short.BYTES * i);
        }
    }
}
