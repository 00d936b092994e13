package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.vector.VectorWeights.Layer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LongPass} there and back: the derivatives of a function of its final hidden states by an
 * adapter's factors, the base being frozen. What enters a product is in the format of the matrices;
 * hidden states, their slopes and the gathered derivatives are float32. Every sum has an order of
 * its own, so the same pass gives the same bits again. Not thread-safe.
 */
public final class LoraGradient implements AutoCloseable {
    private final ModelConfig config;
    private final VectorWeights weights;
    private final Gemm gemm;
    private final Format format;
    private final Team team;
    private final LongPass pass;
    private final Heads heads;
    private final AttentionGradient attention;
    private final int hidden;
    private final int wide;
    private final int[] widths;
    private final int[] heights;
    private final PerThread<Space> spaces = new PerThread<>(Space::new);
    private final NativeBuffer[] inputs = buffers(VectorWeights.MATRICES);
    private final NativeBuffer[] slopes = buffers(VectorWeights.MATRICES);
    private final NativeBuffer[] middles = buffers(VectorWeights.MATRICES);
    private final NativeBuffer[] middleSlopes = buffers(VectorWeights.MATRICES);
    private final NativeBuffer[] downs;
    private final NativeBuffer[] ups;
    private final NativeBuffer[] ofDowns;
    private final NativeBuffer[] ofUps;
    private float[] dx = {};
    private @Nullable LowRank adapter;
    private boolean gathered;

    /**
     * @param weights in float32 or bfloat16
     * @param team that shares a pass; the caller closes it
     */
    public LoraGradient(ModelConfig config, VectorWeights weights, Team team, Gemm gemm) {
        this.config = config;
        this.weights = weights;
        this.gemm = gemm;
        this.format = LongPass.formatOf(weights);
        this.team = team;
        this.pass = new LongPass(config, weights, team, gemm, true);
        this.heads = new Heads(config, weights);
        this.attention = new AttentionGradient(config, pass.memory(), gemm, format);
        this.hidden = config.hidden();
        this.wide = config.intermediate();
        Matrix[] first = weights.layers().getFirst().matrices();
        this.widths = Arrays.stream(first).mapToInt(Matrix::width).toArray();
        this.heights = Arrays.stream(first).mapToInt(Matrix::height).toArray();
        int all = config.layers() * VectorWeights.MATRICES;
        this.downs = buffers(all);
        this.ups = buffers(all);
        this.ofDowns = buffers(all);
        this.ofUps = buffers(all);
    }

    private static NativeBuffer[] buffers(int count) {
        NativeBuffer[] all = new NativeBuffer[count];
        for (int i = 0; i < count; i++) all[i] = new NativeBuffer();
        return all;
    }

    /** A thread's own space. */
    private final class Space implements AutoCloseable {
        final NativeBuffer toInput = new NativeBuffer();
        final NativeBuffer middle = new NativeBuffer();
        final float[] gates = new float[2 * wide];
        final float[] active = new float[wide];
        final float[] row = new float[Math.max(hidden, heights[VectorWeights.QKV])];
        final float[] other = new float[row.length];

        @Override
        public void close() {
            toInput.close();
            middle.close();
        }
    }

    /**
     * The way there.
     *
     * @param batch of texts that keep nothing, all read through one adapter
     * @param select tokens whose states are asked for
     * @return their final hidden states {@code [selected, hidden]}, normalised
     */
    public float[] forward(TextBatch batch, int[] select) {
        return pass.normed(pass.read(batch, null, null), select);
    }

    /**
     * The way back of the last pass: adds to what is gathered.
     *
     * @param select the tokens of the way there
     * @param outer derivatives by their final hidden states, {@code [selected, hidden]}
     */
    public void backward(int[] select, float[] outer) {
        TextBatch batch = pass.memory().batch();
        adapter = Objects.requireNonNull(batch.texts().getFirst().adapter(), "no adapter");
        begin(batch.size(), adapter);
        team.wake();
        try {
            for (int i = 0; i < select.length; i++)
                Elementwise.rmsNormBack(
                        pass.states(),
                        select[i] * hidden,
                        hidden,
                        weights.norm(),
                        config.normEpsilon(),
                        outer,
                        i * hidden,
                        dx,
                        select[i] * hidden);
            for (int layer = config.layers() - 1; layer >= 0; layer--) layer(layer, batch);
        } finally {
            team.rest();
        }
        gathered = true;
    }

    private void begin(int tokens, LowRank own) {
        if (dx.length < tokens * hidden) dx = new float[tokens * hidden];
        Arrays.fill(dx, 0, tokens * hidden, 0);
        attention.begin();
        for (int m = 0; m < VectorWeights.MATRICES; m++) {
            int rank = 0;
            for (int i = m; i < downs.length; i += VectorWeights.MATRICES) {
                Matrix down = own.down()[i];
                Matrix up = own.up()[i];
                if (down == null || up == null) continue;
                rank = Math.max(rank, down.height());
                narrow(down, downs[i]);
                narrow(up, ups[i]);
                if (!gathered) {
                    clear(ofDowns[i], down);
                    clear(ofUps[i], up);
                }
            }
            inputs[m].of((long) tokens * widths[m] * format.bytes());
            slopes[m].of((long) tokens * heights[m] * format.bytes());
            middles[m].of((long) tokens * rank * format.bytes());
            middleSlopes[m].of((long) tokens * rank * format.bytes());
        }
    }

    /** A factor in the format of the products. */
    private void narrow(Matrix factor, NativeBuffer into) {
        int count = factor.height() * factor.width();
        Numbers.put(format, factor.weights(), count, into.of((long) count * format.bytes()), 0);
    }

    private static void clear(NativeBuffer buffer, Matrix like) {
        long bytes = (long) like.height() * like.width() * Float.BYTES;
        buffer.of(bytes).asSlice(0, bytes).fill((byte) 0);
    }

    private void layer(int index, TextBatch batch) {
        int n = batch.size();
        int tiles = LongPass.tiles(n, team.threads());
        pass.memory().enter(index);
        team.run(n, tiles, (from, to) -> toAttention(index, from, to, spaces.get()));
        attention.run(team);
        team.run(n, tiles, (from, to) -> toInput(index, batch, from, to, spaces.get()));
        gather(index, n);
    }

    /** From some tokens' outputs of a layer to those of its attention. */
    private void toAttention(int index, int from, int to, Space s) {
        Layer layer = weights.layers().get(index);
        int n = to - from;
        for (int i = from; i < to; i++) {
            put(dx, i * hidden, slopes[VectorWeights.DOWN], i, hidden);
            pass.tape().readGates(index, i, s.gates);
            Elementwise.swiGlu(s.gates, 0, wide, s.active, 0, wide);
            put(s.active, 0, inputs[VectorWeights.DOWN], i, wide);
        }
        MemorySegment found = back(index, VectorWeights.DOWN, from, n, s);
        for (int i = from; i < to; i++) {
            pass.tape().readGates(index, i, s.gates);
            read(found, i - from, wide, s.active);
            Elementwise.swiGluBack(s.gates, wide, s.active);
            put(s.gates, 0, slopes[VectorWeights.GATES], i, 2 * wide);
            pass.tape().readMiddle(index, i, s.row);
            norm(layer.outputNorm(), s);
            put(s.other, 0, inputs[VectorWeights.GATES], i, hidden);
        }
        found = back(index, VectorWeights.GATES, from, n, s);
        for (int i = from; i < to; i++) {
            pass.tape().readMiddle(index, i, s.row);
            read(found, i - from, hidden, s.other);
            normBack(layer.outputNorm(), i, s);
            put(dx, i * hidden, slopes[VectorWeights.OUT], i, hidden);
        }
        found = back(index, VectorWeights.OUT, from, n, s);
        for (int i = from; i < to; i++) {
            read(found, i - from, widths[VectorWeights.OUT], s.row);
            attention.put(i, s.row, s.other);
        }
    }

    /** From the slopes of some tokens' queries, keys and values to their inputs of a layer. */
    private void toInput(int index, TextBatch batch, int from, int to, Space s) {
        Layer layer = weights.layers().get(index);
        for (int i = from; i < to; i++) {
            int text = pass.textOf(i);
            attention.take(text, i - batch.texts().get(text).from(), s.row);
            pass.tape().readRaw(index, i, s.other);
            heads.back(layer, s.row, s.other, batch.positions()[i]);
            put(s.row, 0, slopes[VectorWeights.QKV], i, heights[VectorWeights.QKV]);
            pass.tape().readInput(index, i, s.row);
            norm(layer.inputNorm(), s);
            put(s.other, 0, inputs[VectorWeights.QKV], i, hidden);
        }
        MemorySegment found = back(index, VectorWeights.QKV, from, to - from, s);
        for (int i = from; i < to; i++) {
            pass.tape().readInput(index, i, s.row);
            read(found, i - from, hidden, s.other);
            normBack(layer.inputNorm(), i, s);
        }
    }

    private void norm(float[] weight, Space s) {
        Elementwise.rmsNorm(s.row, 0, hidden, weight, config.normEpsilon(), s.other, 0);
    }

    private void normBack(float[] weight, int token, Space s) {
        Elementwise.rmsNormBack(
                s.row, 0, hidden, weight, config.normEpsilon(), s.other, 0, dx, token * hidden);
    }

    private void put(float[] from, int at, NativeBuffer into, int token, int width) {
        Numbers.put(format, from, at, width, into.of(0), (long) token * width);
    }

    private static void read(MemorySegment from, int row, int width, float[] into) {
        long at = (long) row * width * Float.BYTES;
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, at, into, 0, width);
    }

    /**
     * From the slopes of some tokens' outputs of a matrix to those of its inputs, through the base
     * and the adapter; what the adapter's derivatives are made of is kept until {@link #gather}.
     *
     * @return {@code [n, width]}, float32
     */
    private MemorySegment back(int index, int matrix, int from, int n, Space s) {
        Matrix w = weights.layers().get(index).matrices()[matrix];
        MemorySegment slope = rows(slopes[matrix], from, w.height());
        MemorySegment found = s.toInput.of((long) n * w.width() * Float.BYTES);
        gemm.back(format, slope, n, w.weights(), w.height(), w.width(), found, false);
        int at = index * VectorWeights.MATRICES + matrix;
        Matrix down = Objects.requireNonNull(adapter).down()[at];
        if (down == null || adapter.up()[at] == null) return found;
        int rank = down.height();
        MemorySegment a = downs[at].of(0);
        MemorySegment middle = s.middle.of((long) n * rank * Float.BYTES);
        MemorySegment kept = rows(middleSlopes[matrix], from, rank);
        gemm.back(format, slope, n, ups[at].of(0), w.height(), rank, middle, false);
        Numbers.put(format, middle, n * rank, kept, 0);
        gemm.back(format, kept, n, a, rank, w.width(), found, true);
        gemm.times(format, input(matrix, from), n, a, rank, w.width(), middle, false);
        Numbers.put(format, middle, n * rank, rows(middles[matrix], from, rank), 0);
        return found;
    }

    /** What entered a matrix; the attention's output is still where it was. */
    private MemorySegment input(int matrix, int from) {
        if (matrix != VectorWeights.OUT) return rows(inputs[matrix], from, widths[matrix]);
        long at = (long) from * widths[VectorWeights.OUT] * format.bytes();
        return pass.memory().attended().asSlice(at);
    }

    private MemorySegment rows(NativeBuffer of, int from, int width) {
        return of.of(0).asSlice((long) from * width * format.bytes());
    }

    /** The derivatives by a layer's factors, each over all tokens at once. */
    private void gather(int index, int tokens) {
        LowRank own = Objects.requireNonNull(adapter);
        List<Runnable> products = new ArrayList<>();
        for (int matrix :
                new int[] {
                    VectorWeights.GATES, VectorWeights.DOWN, VectorWeights.QKV, VectorWeights.OUT
                }) {
            int at = index * VectorWeights.MATRICES + matrix;
            Matrix down = own.down()[at];
            if (down == null || own.up()[at] == null) continue;
            int rank = down.height();
            int height = heights[matrix];
            int width = widths[matrix];
            MemorySegment y = slopes[matrix].of(0);
            MemorySegment middle = middles[matrix].of(0);
            MemorySegment slope = middleSlopes[matrix].of(0);
            MemorySegment up = ofUps[at].of(0);
            MemorySegment in = input(matrix, 0);
            products.add(() -> gemm.across(format, y, height, middle, rank, tokens, up, true));
            products.add(() ->
                    gemm.across(format, slope, rank, in, width, tokens, ofDowns[at].of(0), true));
        }
        team.run(
                products.size(),
                products.size(),
                (from, to) -> {
                    for (int i = from; i < to; i++) products.get(i).run();
                });
    }

    /**
     * What is gathered of the derivatives by A of a matrix, {@code [rank, width]}.
     *
     * @param matrix counted as in {@link LowRank}
     */
    public float[] ofDown(int matrix) {
        return read(ofDowns[matrix], Objects.requireNonNull(adapter).down()[matrix]);
    }

    /** The same of B, {@code [height, rank]}. */
    public float[] ofUp(int matrix) {
        return read(ofUps[matrix], Objects.requireNonNull(adapter).up()[matrix]);
    }

    private float[] read(NativeBuffer from, @Nullable Matrix like) {
        if (like == null || !gathered) return new float[0];
        float[] values = new float[like.height() * like.width()];
        MemorySegment.copy(from.of(0), ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
        return values;
    }

    /** Whether anything is gathered. */
    public boolean gathered() {
        return gathered;
    }

    /** Forgets what is gathered. */
    public void clear() {
        gathered = false;
    }

    @Override
    public void close() {
        pass.close();
        attention.close();
        spaces.close();
        for (NativeBuffer[] all :
                new NativeBuffer[][] {
                    inputs, slopes, middles, middleSlopes, downs, ups, ofDowns, ofUps
                }) for (NativeBuffer b : all) b.close();
    }
}
