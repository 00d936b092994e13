package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.vector.VectorWeights.Layer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder's pass over few tokens, each with a text of its own or several of one text: what a step
 * of continuous batching is made of. Everything is summed in float32, whatever the weights are. Not
 * thread-safe.
 */
public final class VectorDecoder implements AutoCloseable {
    /** Tokens up to which the vector units are faster than a native matrix product. */
    private static final int MOST_BY_VECTORS = 24;

    /** The same where matrix units multiply. */
    private static final int MOST_BY_UNITS = 192;

    /** Tokens of a text from which on their attention is a matrix product. */
    private static final int FEWEST_OF_A_TEXT = 8;

    /** Pieces of a product for each thread, so that a late one finds little left. */
    private static final int PIECES = 4;

    /** Outputs below which a piece is not worth its handing over. */
    private static final int LEAST_OUTPUTS = 32;

    private final ModelConfig config;
    private final VectorWeights weights;
    private final PagedAttention attention;
    private final Team team;
    private final Heads heads;
    private final @Nullable SplitProduct split;
    private final @Nullable TextAttention ofTexts;
    private List<PagedAttention.Run> runs = List.of();
    private TextBatch.Part several = TextBatch.NONE;
    private BitSet ofSeveral = new BitSet();
    private final int queries;
    private final int keys;
    private final NativeBuffer input = new NativeBuffer();
    private int capacity;
    private float[] x = {};
    private float[] normed = {};
    private float[] qkv = {};
    private float[] attended = {};
    private float[] gates = {};
    private float[] gated = {};
    private float[] delta = {};
    private float[] logits = {};
    private float[] rankIn = {};
    private float[] rankMid = {};
    private float[] rankOut = {};

    /**
     * @param team that shares a pass; the caller closes it
     * @param units for bfloat16 matrices and passes of several tokens; null where there are none
     * @param gemm for the attention of several tokens of a text, in the format of the cache; null
     *     where there is none
     * @param cache format of keys and values
     */
    public VectorDecoder(
            ModelConfig config,
            VectorWeights weights,
            Team team,
            @Nullable Gemm units,
            @Nullable Gemm gemm,
            Format cache) {
        this.config = config;
        this.weights = weights;
        this.attention = new PagedAttention(config);
        this.team = team;
        this.heads = new Heads(config, weights);
        this.split = units == null ? null : new SplitProduct(units);
        this.ofTexts = gemm == null ? null : new TextAttention(config, gemm, cache, team, false);
        this.queries = config.heads() * config.headSize();
        this.keys = config.keyValueHeads() * config.headSize();
    }

    /** Whether the JVM was started with {@code --add-modules jdk.incubator.vector}. */
    public static boolean available() {
        return Kernels.available();
    }

    /** Tokens up to which a pass is faster here than as libtorch's. */
    public int mostTokens() {
        return split == null ? MOST_BY_VECTORS : MOST_BY_UNITS;
    }

    /**
     * Reads the tokens: their keys and values are in the cache afterwards.
     *
     * @return a row for each selected token, valid until the next pass
     */
    public Logits read(TokenBatch batch, PagedCache cache) {
        int n = batch.size();
        require(n);
        TextBatch texts = TextBatch.of(batch);
        runs = runs(texts, ofTexts == null ? Integer.MAX_VALUE : FEWEST_OF_A_TEXT);
        several = ofTexts == null ? TextBatch.NONE : texts.withAtLeast(FEWEST_OF_A_TEXT);
        ofSeveral = new BitSet(n);
        for (int place : several.places()) ofSeveral.set(place);
        if (ofTexts != null) ofTexts.begin(several.batch(), cache);
        team.wake();
        try {
            for (int i = 0; i < n; i++)
                weights.embedding().row(batch.ids()[i], x, i * config.hidden());
            for (int i = 0; i < weights.layers().size(); i++) layer(i, batch, cache);
            return headed(x, batch.select());
        } finally {
            team.rest();
        }
    }

    /**
     * The logits after the last layer's hidden states.
     *
     * @param states {@code [tokens, hidden]}, not yet normalised
     * @param select tokens whose logits are wanted
     * @return a row for each, valid until the next pass
     */
    public Logits logits(float[] states, int[] select) {
        require(select.length);
        team.wake();
        try {
            return headed(states, select);
        } finally {
            team.rest();
        }
    }

    private void require(int tokens) {
        int rows = Kernel.padded(tokens);
        if (rows <= capacity) return;
        capacity = rows;
        x = new float[rows * config.hidden()];
        normed = new float[rows * config.hidden()];
        qkv = new float[rows * (queries + 2 * keys)];
        attended = new float[rows * queries];
        gates = new float[rows * 2 * config.intermediate()];
        gated = new float[rows * config.intermediate()];
        delta = new float[rows * config.hidden()];
    }

    private void layer(int index, TokenBatch batch, PagedCache cache) {
        Layer layer = weights.layers().get(index);
        int n = batch.size();
        int at = index * VectorWeights.MATRICES;
        norm(layer.inputNorm(), n);
        product(layer, at, VectorWeights.QKV, normed, batch, qkv);
        attend(index, layer, batch, cache);
        product(layer, at, VectorWeights.OUT, attended, batch, delta);
        Elementwise.add(x, 0, delta, 0, n * config.hidden());
        norm(layer.outputNorm(), n);
        product(layer, at, VectorWeights.GATES, normed, batch, gates);
        int wide = config.intermediate();
        team.run(
                n * PIECES,
                n * PIECES,
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        int begin = wide * (i % PIECES) / PIECES;
                        int end = wide * (i % PIECES + 1) / PIECES;
                        int row = i / PIECES;
                        int gate = row * 2 * wide + begin;
                        Elementwise.swiGlu(
                                gates, gate, gate + wide, gated, row * wide + begin, end - begin);
                    }
                });
        product(layer, at, VectorWeights.DOWN, gated, batch, delta);
        Elementwise.add(x, 0, delta, 0, n * config.hidden());
    }

    private void norm(float[] weight, int n) {
        for (int i = 0; i < n; i++) {
            int at = i * config.hidden();
            Elementwise.rmsNorm(x, at, config.hidden(), weight, config.normEpsilon(), normed, at);
        }
    }

    private void attend(int index, Layer layer, TokenBatch batch, PagedCache cache) {
        int n = batch.size();
        int row = queries + 2 * keys;
        team.run(
                n,
                n < 2 * team.threads() ? 1 : team.threads(),
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        int position = batch.positions()[i];
                        heads.prepare(layer, qkv, i * row, position);
                        if (ofSeveral.get(i)) continue;
                        attention.store(
                                cache,
                                index,
                                batch.blocks()[i],
                                position,
                                qkv,
                                i * row + queries,
                                i * row + queries + keys);
                    }
                });
        if (ofTexts != null && several.places().length > 0) attendSeveral(ofTexts, index);
        int heads = config.keyValueHeads();
        team.run(
                runs.size() * heads,
                runs.size() * heads,
                (from, to) -> {
                    for (int i = from; i < to; i++)
                        attention.attend(
                                cache, index, runs.get(i / heads), i % heads, qkv, attended);
                });
    }

    /** The attention of tokens that are several of a text. */
    private void attendSeveral(TextAttention of, int layer) {
        TextBatch batch = several.batch();
        int[] places = several.places();
        of.memory().enter(layer);
        of.memory().gather(layer);
        int row = queries + 2 * keys;
        for (int t = 0; t < batch.texts().size(); t++) {
            TextBatch.Text text = batch.texts().get(t);
            for (int i = 0; i < text.count(); i++)
                of.memory().put(layer, t, i, qkv, places[text.from() + i] * row);
        }
        MemorySegment out = of.attend();
        for (int i = 0; i < places.length; i++)
            Numbers.widen(
                    of.memory().format(),
                    out,
                    (long) i * queries,
                    attended,
                    places[i] * queries,
                    queries);
    }

    /**
     * Neighbours in a batch that follow one another in a text.
     *
     * @param fewer only texts of fewer tokens
     */
    private static List<PagedAttention.Run> runs(TextBatch texts, int fewer) {
        List<PagedAttention.Run> runs = new ArrayList<>();
        for (TextBatch.Text text : texts.texts()) {
            if (text.count() >= fewer) continue;
            for (int from = 0; from < text.count(); from += PagedAttention.MOST_TOKENS)
                runs.add(
                        new PagedAttention.Run(
                                text.from() + from,
                                Math.min(text.count() - from, PagedAttention.MOST_TOKENS),
                                text.blocks(),
                                text.cached() + from));
        }
        return runs;
    }

    /** One matrix with what the tokens' adapters add. */
    private void product(
            Layer layer, int first, int matrix, float[] in, TokenBatch batch, float[] out) {
        int at = first + matrix;
        product(layer.matrices()[matrix], in, batch.size(), out);
        @Nullable LowRank[] adapters = batch.adapters();
        for (int from = 0, to; from < adapters.length; from = to) {
            LowRank adapter = adapters[from];
            to = from + 1;
            while (to < adapters.length && adapters[to] == adapter) to++;
            if (adapter == null) continue;
            Matrix down = adapter.down()[at];
            Matrix up = adapter.up()[at];
            if (down != null && up != null) adapt(down, up, in, from, to, out);
        }
    }

    private void adapt(Matrix down, Matrix up, float[] in, int from, int to, float[] out) {
        int n = to - from;
        int rows = Kernel.padded(n);
        rankIn = atLeast(rankIn, rows * down.width());
        rankMid = atLeast(rankMid, rows * down.height());
        rankOut = atLeast(rankOut, rows * up.height());
        System.arraycopy(in, from * down.width(), rankIn, 0, n * down.width());
        product(down, rankIn, n, rankMid);
        product(up, rankMid, n, rankOut);
        Elementwise.add(out, from * up.height(), rankOut, 0, n * up.height());
    }

    private static float[] atLeast(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }

    private void product(Matrix m, float[] in, int rows, float[] out) {
        if (split != null && m.format() == Format.BFLOAT16 && rows >= SplitProduct.LEAST_ROWS) {
            split.times(team, m, in, rows, out);
            return;
        }
        MemorySegment x = aligned(in, rows * m.width(), Kernel.padded(rows) * m.width());
        Kernel kernel = Kernels.of(m.format());
        int pieces = Math.min(m.height() / LEAST_OUTPUTS, PIECES * team.threads());
        team.run(m.height(), pieces, (from, to) -> kernel.times(m, x, rows, out, from, to));
    }

    /** The first values in memory that vectors are loaded from without crossing cache lines. */
    private MemorySegment aligned(float[] values, int count, int room) {
        MemorySegment memory = input.of((long) room * Float.BYTES);
        MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT, 0, count);
        return memory;
    }

    private Logits headed(float[] states, int[] select) {
        int hidden = config.hidden();
        int vocabulary = config.vocabulary();
        logits = atLeast(logits, Kernel.padded(select.length) * vocabulary);
        float[] logSums = new float[select.length];
        if (select.length == 0) return new Logits(logits, vocabulary, logSums);
        for (int i = 0; i < select.length; i++)
            Elementwise.rmsNorm(
                    states,
                    select[i] * hidden,
                    hidden,
                    weights.norm(),
                    config.normEpsilon(),
                    normed,
                    i * hidden);
        product(weights.head(), normed, select.length, logits);
        team.run(
                select.length,
                select.length,
                (from, to) -> {
                    for (int i = from; i < to; i++)
                        logSums[i] =
                                Softmax.logSumExp(logits, i * vocabulary, (i + 1) * vocabulary);
                });
        return new Logits(logits, vocabulary, logSums);
    }

    @Override
    public void close() {
        if (split != null) split.close();
        if (ofTexts != null) ofTexts.close();
        input.close();
    }
}
