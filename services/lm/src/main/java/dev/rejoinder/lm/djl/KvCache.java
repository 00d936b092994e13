package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.vector.PagedCache;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of all rows in blocks, as {@link PagedCache} lays them out: memory that libtorch
 * and, on a CPU, the JVM's vector units both read and write. Reserved in full when it is first
 * needed; a CPU's system hands it out as blocks are first used. Native thread only.
 */
final class KvCache {
    private final Decoder decoder;
    private final int blocks;
    private @Nullable IValue tensors;
    private PtNDArray[] handles = {};
    private @Nullable PagedCache paged;

    /**
     * @param blocks that rows can have; one more is held for padding
     */
    KvCache(Decoder decoder, int blocks) {
        this.decoder = decoder;
        this.blocks = blocks + 1;
    }

    /** Keys of all layers, then values. */
    IValue tensors() {
        if (tensors == null) {
            tensors = decoder.pagedCache(blocks);
            decoder.clear(tensors, new long[] {0});
        }
        return tensors;
    }

    /** The same for the vector units. */
    PagedCache paged() {
        if (paged == null) {
            handles = tensors().toTensorArray(decoder.manager());
            MemorySegment[] all =
                    Arrays.stream(handles).map(NativeMemory::of).toArray(MemorySegment[]::new);
            int layers = all.length / 2;
            paged =
                    new PagedCache(
                            decoder.cacheFormat(),
                            Arrays.copyOf(all, layers),
                            Arrays.copyOfRange(all, layers, all.length));
        }
        return paged;
    }

    /** Fills blocks with zeros: what memory holds by chance may not be finite. */
    void clear(long[] blocks) {
        if (blocks.length > 0) decoder.clear(tensors(), blocks);
    }

    void release() {
        for (PtNDArray handle : handles) handle.close();
        handles = new PtNDArray[0];
        if (tensors != null) tensors.close();
        tensors = null;
        paged = null;
    }
}
