package dev.rejoinder.lm.read.dequant;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** IEEE single precision, as it is. */
public final class F32 implements Dequantizer {
    @Override
    public String name() {
        return "F32";
    }

    @Override
    public int blockWeights() {
        return 1;
    }

    @Override
    public int blockBytes() {
        return Float.BYTES;
    }

    @Override
    public void dequantize(byte[] source, int blocks, float[] target, int at) {
        ByteBuffer.wrap(source)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(target, at, blocks);
    }
}
