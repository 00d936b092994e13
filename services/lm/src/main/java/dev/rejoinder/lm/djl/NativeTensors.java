package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.lm.read.Weights;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A file's tensors as native ones, some rows at a time: an embedding as one array would be more
 * than a small heap. Native thread only.
 */
final class NativeTensors {
    /** Weights on the heap at a time, and once more outside of it: 16 MiB in float32. */
    static final int SLICE = 1 << 22;

    private final PtNDManager manager;
    private final Script script;
    private final Weights source;
    private final int slice;
    private final PtNDArray device;
    private ByteBuffer staging;

    /**
     * @param manager that gets the tensors, on whose device they lie
     * @param slice weights to hold at a time, but at least one row
     */
    NativeTensors(PtNDManager manager, Script script, Weights source, int slice) {
        this.manager = manager;
        this.script = script;
        this.source = source;
        this.slice = slice;
        this.device = (PtNDArray) manager.create(0f);
        this.staging = manager.allocateDirect(0);
    }

    /** Takes a tensor's rows in rising order. */
    interface Rows {
        /**
         * @param values {@code [rows, width]}
         * @param tensor the same in float32, until this returns
         * @param at the first row
         */
        void take(float[] values, PtNDArray tensor, int at);
    }

    /**
     * @throws UnreadableModelException if the tensor has another shape, or is damaged
     */
    void read(String name, int height, int width, Rows rows) {
        require(name, height, width);
        int step = Math.max(1, slice / width);
        for (int at = 0; at < height; at += step) {
            float[] values = source.read(name, at, Math.min(step, height - at));
            pass(values, 0, values.length, width, at, rows);
        }
    }

    /** A whole tensor of one dimension, which always fits. */
    float[] vector(String name, int size) {
        require(name, size);
        return source.read(name);
    }

    private void require(String name, long... shape) {
        if (!Arrays.equals(source.shape(name), shape))
            throw new UnreadableModelException(
                    "tensor %s has shape %s where the configuration needs %s; use a file that fits its configuration"
                            .formatted(
                                    source.described(name),
                                    Arrays.toString(source.shape(name)),
                                    Arrays.toString(shape)));
    }

    /** Java's values as a float32 tensor {@code [height, width]}. */
    PtNDArray table(float[] values, int height, int width) {
        PtNDArray table = empty(height, width, DecoderSource.FLOAT32);
        int step = Math.max(1, slice / width);
        for (int at = 0; at < height; at += step) {
            int length = Math.min(step, height - at) * width;
            pass(values, at * width, length, width, at, (_, part, row) -> fill(table, part, row));
        }
        return table;
    }

    /**
     * @param dtype a number of libtorch's
     */
    PtNDArray vector(float[] values, int dtype) {
        var arguments = new Script.Arguments();
        try (PtNDArray part = staged(values, 0, values.length, new Shape(values.length))) {
            arguments.tensor(part).integer(dtype);
            return script.call("copy", arguments, true).tensor(manager);
        }
    }

    /**
     * With memory of its own, not yet written. Not made in inference mode, as none here is: such
     * tensors may not take part in a backward pass.
     */
    PtNDArray empty(int height, int width, int dtype) {
        return empty(manager, height, width, dtype);
    }

    PtNDArray empty(PtNDManager into, int height, int width, int dtype) {
        var arguments = new Script.Arguments().tensor(device);
        arguments.integer(height).integer(width).integer(dtype);
        return script.call("empty", arguments, true).tensor(into);
    }

    /** Copies rows into a tensor, from its row {@code at} on, as its type. */
    void fill(PtNDArray whole, PtNDArray rows, int at) {
        var arguments = new Script.Arguments().tensor(whole).tensor(rows).integer(at);
        script.call("fill", arguments, true).drop();
    }

    private void pass(float[] values, int from, int length, int width, int at, Rows rows) {
        var shape = new Shape(length / width, width);
        try (PtNDArray part = staged(values, from, length, shape)) {
            rows.take(values, part, at);
        }
    }

    /** A float32 tensor, which on a CPU lies in the one staging buffer. */
    private PtNDArray staged(float[] values, int from, int length, Shape shape) {
        int bytes = length * Float.BYTES;
        if (staging.capacity() < bytes) staging = manager.allocateDirect(bytes);
        ByteBuffer part = staging.duplicate().order(staging.order()).clear().limit(bytes);
        part.asFloatBuffer().put(values, from, length);
        return (PtNDArray) manager.create(part, shape, DataType.FLOAT32);
    }
}
