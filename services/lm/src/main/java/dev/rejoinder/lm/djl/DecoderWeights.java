package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.vector.VectorWeights;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The base's tensors as native lists that every pass takes as they are: norms in float32, fused
 * matrices in the compute precision. Where the JVM's vector units read few tokens at a time, they
 * read the same memory, unless they have weights of their own format.
 *
 * @param tables embedding, cosines, sines
 * @param halfHead output head packed as fp16; null where the CPU has no FBGEMM
 * @param vectors what the vector units read; null where they do not
 * @param wide the same in the compute precision, whatever the vector units read
 * @param own memory of the vector units' own weights
 */
record DecoderWeights(
        IValue norms,
        IValue biases,
        IValue matrices,
        IValue tables,
        IValue head,
        PtNDArray headRows,
        @Nullable IValue halfHead,
        @Nullable VectorWeights vectors,
        @Nullable VectorWeights wide,
        Arena own)
        implements AutoCloseable {

    @Override
    public void close() {
        for (IValue v : new IValue[] {norms, biases, matrices, tables, head}) v.close();
        if (halfHead != null) halfHead.close();
        own.close();
    }
}
