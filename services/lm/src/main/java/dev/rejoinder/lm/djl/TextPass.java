package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.vector.LongPass;
import dev.rejoinder.lm.vector.LowRank;
import dev.rejoinder.lm.vector.TextBatch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A pass without a cache as {@link LongPass} reads it: no row is filled up. */
final class TextPass {
    private final Pass pass;
    private final int[] starts;

    TextPass(Pass pass) {
        this.pass = pass;
        this.starts = new int[pass.rows() + 1];
        for (int r = 0; r < pass.rows(); r++) starts[r + 1] = starts[r] + pass.lengths()[r];
    }

    /**
     * Final hidden states {@code [selected, hidden]}, then averages {@code [spans, hidden]} for
     * each layer of the pool.
     */
    static PtNDArray[] run(
            LongPass longPass,
            PtNDManager into,
            Pass pass,
            AdapterGroups adapters,
            Pass.@Nullable Pool pool) {
        var own = new TextPass(pass);
        List<float[]> averages = new ArrayList<>();
        float[] states =
                longPass.read(
                        own.batch(adapters),
                        null,
                        pool == null
                                ? null
                                : (layer, x) -> {
                                    if (Arrays.binarySearch(pool.layers(), layer) >= 0)
                                        averages.add(own.averages(longPass, pool, layer, x));
                                });
        averages.addFirst(longPass.normed(states, own.places(pass.select())));
        return averages.stream()
                .map(a -> tensor(into, a, longPass.width()))
                .toArray(PtNDArray[]::new);
    }

    private static PtNDArray tensor(PtNDManager into, float[] values, int width) {
        var shape = new Shape(values.length / width, width);
        return (PtNDArray) into.create(FloatBuffer.wrap(values), shape);
    }

    TextBatch batch(AdapterGroups adapters) {
        @Nullable LowRank[] lowRanks = adapters.lowRanks(pass.rows());
        List<TextBatch.Text> texts =
                IntStream.range(0, pass.rows())
                        .mapToObj(r ->
                                new TextBatch.Text(
                                        starts[r], pass.lengths()[r], 0, new int[0], lowRanks[r]))
                        .toList();
        long[] last = pass.last();
        return new TextBatch(
                compact(pass.ids()),
                compact(pass.positions()),
                last == null ? null : compact(last),
                texts);
    }

    /** Without what the rows are filled up with. */
    private int[] compact(long[] values) {
        int[] result = new int[starts[pass.rows()]];
        for (int r = 0; r < pass.rows(); r++)
            for (int t = 0; t < pass.lengths()[r]; t++)
                result[starts[r] + t] = (int) values[r * pass.time() + t];
        return result;
    }

    /** The selected tokens, counted without what the rows are filled up with. */
    int[] places(long[] select) {
        return Arrays.stream(select)
                .mapToInt(s -> starts[(int) (s / pass.time())] + (int) (s % pass.time()))
                .toArray();
    }

    /** The last layer's states are averaged after the last norm, the others' as they are. */
    private float[] averages(LongPass longPass, Pass.Pool pool, int layer, float[] x) {
        int width = longPass.width();
        float[] states = x;
        if (layer == longPass.layers())
            states = longPass.normed(x, IntStream.range(0, starts[pass.rows()]).toArray());
        float[] result = new float[pool.spans() * width];
        int row = pass.rows() * pass.time();
        for (int s = 0; s < pool.spans(); s++)
            for (int r = 0; r < pass.rows(); r++)
                for (int t = 0; t < pass.lengths()[r]; t++) {
                    float weight = pool.weights()[s * row + r * pass.time() + t];
                    if (weight == 0) continue;
                    int from = (starts[r] + t) * width;
                    for (int i = 0; i < width; i++)
                        result[s * width + i] += weight * states[from + i];
                }
        return result;
    }
}
