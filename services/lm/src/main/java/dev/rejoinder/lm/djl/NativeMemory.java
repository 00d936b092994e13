package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDArray;
import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.Matrix;
import java.lang.foreign.MemorySegment;

/** A tensor's own memory on a CPU, as the JVM reads it; valid as long as the tensor is. */
final class NativeMemory {
    private NativeMemory() {}

    /**
     * @param tensor contiguous
     * @param format its type, which DJL cannot tell of bfloat16
     */
    static Matrix matrix(PtNDArray tensor, Format format, int height, int width) {
        return Matrix.of(format, of(tensor), height, width);
    }

    /** Without a scope to check at every access: what reads it ends before the tensor does. */
    static MemorySegment of(PtNDArray tensor) {
        var buffer = tensor.toByteBuffer(true);
        if (!buffer.isDirect()) throw new IllegalStateException("a tensor has no memory to read");
        long address = MemorySegment.ofBuffer(buffer).address();
        return MemorySegment.ofAddress(address).reinterpret(buffer.capacity());
    }
}
