package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.vector.TextBatch.Text;
import dev.rejoinder.lm.vector.VectorWeights.Layer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The decoder's layers over many tokens: prompts, scored texts. All but the attention is a token's
 * own affair, so a thread takes some dozens of tokens through a whole layer, in its own caches, and
 * threads meet twice a layer only. Hidden states are float32; what enters a product is in the
 * format of the matrices. Not thread-safe.
 */
public final class LongPass implements AutoCloseable {
    /** Tokens that a thread takes through a layer at most. */
    private static final int ROWS = 192;

    /** Outputs of the feed-forward part at a time: gate and up stay in a core's cache. */
    private static final int TILE = 512;

    private final ModelConfig config;
    private final VectorWeights weights;
    private final Heads heads;
    private final Gemm gemm;
    private final Format format;
    private final Team team;
    private final TextAttention attention;
    private final int queries;
    private final int rowOfHeads;
    private final PerThread<Space> spaces = new PerThread<>(Space::new);
    private final @Nullable Tape tape;
    private float[] x = {};
    private int[] textOf = {};

    /** Sees hidden states between two layers. */
    public interface Watcher {
        /**
         * @param layer that has just been passed; 0 is the embedding
         * @param x {@code [tokens, hidden]}, not yet normalised
         */
        void after(int layer, float[] x);
    }

    /**
     * @param weights in float32 or bfloat16
     * @param team that shares a pass; the caller closes it
     */
    public LongPass(ModelConfig config, VectorWeights weights, Team team, Gemm gemm) {
        this(config, weights, team, gemm, false);
    }

    /**
     * @param keeps what the way back needs, of the last pass
     */
    LongPass(ModelConfig config, VectorWeights weights, Team team, Gemm gemm, boolean keeps) {
        this.config = config;
        this.weights = weights;
        this.heads = new Heads(config, weights);
        this.gemm = gemm;
        this.format = formatOf(weights);
        this.team = team;
        this.attention = new TextAttention(config, gemm, format, team, keeps);
        this.tape = keeps ? new Tape(config, format) : null;
        this.queries = config.heads() * config.headSize();
        this.rowOfHeads = queries + 2 * config.keyValueHeads() * config.headSize();
    }

    static Format formatOf(VectorWeights weights) {
        return weights.layers().getFirst().matrices()[0].format();
    }

    /** A thread's own space. */
    private final class Space implements AutoCloseable {
        final NativeBuffer states = new NativeBuffer();
        final NativeBuffer products = new NativeBuffer();
        final NativeBuffer others = new NativeBuffer();
        final NativeBuffer gated = new NativeBuffer();
        final AdapterProducts adapters = new AdapterProducts(gemm, format);
        final float[] row = new float[Math.max(config.hidden(), rowOfHeads)];
        final float[] gates = new float[2 * TILE];
        final float[] active = new float[TILE];

        @Override
        public void close() {
            for (var b : new NativeBuffer[] {states, products, others, gated}) b.close();
            adapters.close();
        }
    }

    /**
     * Reads the texts: what they keep is in the cache afterwards.
     *
     * @param cache null if no text keeps anything
     * @param watcher null if nobody looks
     * @return hidden states {@code [tokens, hidden]}, not yet normalised; valid until the next pass
     */
    public float[] read(TextBatch batch, @Nullable PagedCache cache, @Nullable Watcher watcher) {
        team.wake();
        try {
            return layers(batch, cache, watcher);
        } finally {
            team.rest();
        }
    }

    private float[] layers(TextBatch batch, @Nullable PagedCache cache, @Nullable Watcher watcher) {
        int n = batch.size();
        if (x.length < n * config.hidden()) x = new float[n * config.hidden()];
        if (textOf.length < n) textOf = new int[n];
        for (int t = 0; t < batch.texts().size(); t++) {
            Text text = batch.texts().get(t);
            Arrays.fill(textOf, text.from(), text.end(), t);
        }
        attention.begin(batch, cache);
        if (tape != null) tape.begin(n);
        int tiles = tiles(n, team.threads());
        team.run(n, tiles, (from, to) -> embed(batch, from, to));
        if (watcher != null) watcher.after(0, x);
        MemorySegment attended = MemorySegment.NULL;
        int layers = weights.layers().size();
        for (int i = 0; i <= layers; i++) {
            if (i < layers) {
                memory().enter(i);
                memory().gather(i);
            }
            int layer = i;
            MemorySegment before = attended;
            team.run(
                    n,
                    tiles,
                    (from, to) -> {
                        Space space = spaces.get();
                        if (layer > 0) finish(layer - 1, batch, from, to, before, space);
                        if (layer < layers) project(layer, batch, from, to, space);
                    });
            if (i > 0 && watcher != null) watcher.after(i, x);
            if (i < layers) attended = attention.attend();
        }
        return x;
    }

    Tape tape() {
        if (tape == null) throw new IllegalStateException("the pass keeps nothing");
        return tape;
    }

    /** Hidden states after the last layer of the last pass, not normalised. */
    float[] states() {
        return x;
    }

    /** The text of a token of the last pass. */
    int textOf(int token) {
        return textOf[token];
    }

    TextMemory memory() {
        return attention.memory();
    }

    public int layers() {
        return weights.layers().size();
    }

    /** Size of a hidden state. */
    public int width() {
        return config.hidden();
    }

    /**
     * Final hidden states, normalised.
     *
     * @param states {@code [tokens, hidden]} as a pass gave them
     * @param select tokens that are asked for
     */
    public float[] normed(float[] states, int[] select) {
        int hidden = config.hidden();
        float[] result = new float[select.length * hidden];
        for (int i = 0; i < select.length; i++)
            Elementwise.rmsNorm(
                    states,
                    select[i] * hidden,
                    hidden,
                    weights.norm(),
                    config.normEpsilon(),
                    result,
                    i * hidden);
        return result;
    }

    /** As many for every thread, each of few enough tokens. */
    static int tiles(int tokens, int threads) {
        int each = Math.ceilDiv(tokens, threads * ROWS);
        return Math.min(tokens, threads * each);
    }

    private void embed(TextBatch batch, int from, int to) {
        for (int i = from; i < to; i++)
            Numbers.widen(
                    weights.embedding().format(),
                    weights.embedding().weights(),
                    (long) batch.ids()[i] * config.hidden(),
                    x,
                    i * config.hidden(),
                    config.hidden());
    }

    /** Queries, keys and values of some tokens. */
    private void project(int index, TextBatch batch, int from, int to, Space space) {
        Layer layer = weights.layers().get(index);
        if (tape != null) tape.input(index, from, to, x);
        MemorySegment states = normed(layer.inputNorm(), from, to, space);
        Matrix w = layer.matrices()[VectorWeights.QKV];
        MemorySegment y = space.products.of(bytes(to - from, w.height()));
        product(w, states, to - from, y);
        space.adapters.begin(batch, index * VectorWeights.MATRICES, from, to, states);
        space.adapters.add(0, w.height(), y);
        for (int i = from; i < to; i++) {
            long at = (long) (i - from) * rowOfHeads * Float.BYTES;
            MemorySegment.copy(y, ValueLayout.JAVA_FLOAT, at, space.row, 0, rowOfHeads);
            if (tape != null) tape.raw(index, i, space.row);
            heads.prepare(layer, space.row, 0, batch.positions()[i]);
            int text = textOf[i];
            memory().put(index, text, i - batch.texts().get(text).from(), space.row, 0);
        }
    }

    /** What follows the attention of some tokens. */
    private void finish(
            int index, TextBatch batch, int from, int to, MemorySegment attended, Space space) {
        Layer layer = weights.layers().get(index);
        int n = to - from;
        MemorySegment own = attended.asSlice((long) from * queries * format.bytes());
        addProduct(index, VectorWeights.OUT, batch, from, to, own, space);
        if (tape != null) tape.middle(index, from, to, x);
        MemorySegment states = normed(layer.outputNorm(), from, to, space);
        MemorySegment gated = space.gated.of((long) n * config.intermediate() * format.bytes());
        space.adapters.begin(
                batch, index * VectorWeights.MATRICES + VectorWeights.GATES, from, to, states);
        for (int at = 0; at < config.intermediate(); at += TILE)
            gate(index, from, at, n, states, gated, space);
        addProduct(index, VectorWeights.DOWN, batch, from, to, gated, space);
    }

    private MemorySegment normed(float[] norm, int from, int to, Space space) {
        int hidden = config.hidden();
        MemorySegment states = space.states.of((long) (to - from) * hidden * format.bytes());
        for (int i = from; i < to; i++) {
            Elementwise.rmsNorm(x, i * hidden, hidden, norm, config.normEpsilon(), space.row, 0);
            Numbers.put(format, space.row, 0, hidden, states, (long) (i - from) * hidden);
        }
        return states;
    }

    private void product(Matrix w, MemorySegment in, int rows, MemorySegment y) {
        gemm.times(format, in, rows, w.weights(), w.height(), w.width(), y, false);
    }

    /** Adds a product to the hidden states. */
    private void addProduct(
            int index,
            int matrix,
            TextBatch batch,
            int from,
            int to,
            MemorySegment in,
            Space space) {
        Matrix w = weights.layers().get(index).matrices()[matrix];
        MemorySegment y = space.products.of(bytes(to - from, w.height()));
        product(w, in, to - from, y);
        space.adapters.begin(batch, index * VectorWeights.MATRICES + matrix, from, to, in);
        space.adapters.add(0, w.height(), y);
        int hidden = config.hidden();
        Elementwise.addScaled(y, 0, (to - from) * hidden, 1, x, from * hidden);
    }

    /** A tile of the gate's outputs and the same of up's. */
    private void gate(
            int index,
            int first,
            int at,
            int n,
            MemorySegment states,
            MemorySegment gated,
            Space space) {
        Matrix w = weights.layers().get(index).matrices()[VectorWeights.GATES];
        int wide = config.intermediate();
        int count = Math.min(TILE, wide - at);
        MemorySegment gate = space.products.of(bytes(n, count));
        MemorySegment up = space.others.of(bytes(n, count));
        gemm.times(format, states, n, rows(w, at), count, w.width(), gate, false);
        gemm.times(format, states, n, rows(w, wide + at), count, w.width(), up, false);
        space.adapters.add(at, count, gate);
        space.adapters.add(wide + at, count, up);
        for (int r = 0; r < n; r++) {
            long from = (long) r * count * Float.BYTES;
            MemorySegment.copy(gate, ValueLayout.JAVA_FLOAT, from, space.gates, 0, count);
            MemorySegment.copy(up, ValueLayout.JAVA_FLOAT, from, space.gates, TILE, count);
            if (tape != null) tape.gate(index, first + r, at, space.gates, TILE, count);
            Elementwise.swiGlu(space.gates, 0, TILE, space.active, 0, count);
            Numbers.put(format, space.active, 0, count, gated, (long) r * wide + at);
        }
    }

    private static MemorySegment rows(Matrix w, int from) {
        return w.weights().asSlice((long) from * w.width() * w.format().bytes());
    }

    private static long bytes(int rows, int width) {
        return (long) rows * width * Float.BYTES;
    }

    @Override
    public void close() {
        attention.close();
        spaces.close();
        if (tape != null) tape.close();
    }
}
