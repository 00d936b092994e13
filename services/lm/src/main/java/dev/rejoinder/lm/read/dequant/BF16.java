package dev.rejoinder.lm.read.dequant;

/** Brain float: the upper half of a single-precision number. */
public final class BF16 implements Dequantizer {
    @Override
    public String name() {
        return "BF16";
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
            int upper = LittleEndian.int16(source, Short.BYTES * i);
            target[at + i] = Float.intBitsToFloat(upper << 16);
        }
    }
}
