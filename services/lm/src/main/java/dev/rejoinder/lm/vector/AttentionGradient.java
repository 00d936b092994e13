package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.vector.TextBatch.Text;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The way back through a {@link TextAttention} that keeps its layers (Dao et al. 2022, algorithm
 * 4): probabilities are computed again from the kept logarithms of their sums. What enters a
 * product is in its format; gradients are float32. One layer at a time.
 */
final class AttentionGradient implements AutoCloseable {
    private final TextMemory memory;
    private final Gemm gemm;
    private final Format format;
    private final int heads;
    private final int keyHeads;
    private final int group;
    private final int size;
    private final float scale;
    private final int tokensOfATile;
    private final NativeBuffer slopes = new NativeBuffer();
    private final NativeBuffer ofQueries = new NativeBuffer();
    private final NativeBuffer ofKeys = new NativeBuffer();
    private final NativeBuffer ofValues = new NativeBuffer();
    private final PerThread<Tile> tiles = new PerThread<>(Tile::new);
    private final List<Task> tasks = new ArrayList<>();
    private float[] shares = {};

    /** A text, for one key head. */
    private record Task(int text, int keyHead) {}

    AttentionGradient(ModelConfig config, TextMemory memory, Gemm gemm, Format format) {
        this.memory = memory;
        this.gemm = gemm;
        this.format = format;
        this.heads = config.heads();
        this.keyHeads = config.keyValueHeads();
        this.group = heads / keyHeads;
        this.size = config.headSize();
        this.scale = (float) (1 / Math.sqrt(size));
        this.tokensOfATile = Math.max(1, TextAttention.ROWS / group);
    }

    /** A thread's own space. */
    private final class Tile implements AutoCloseable {
        final NativeBuffer space = new NativeBuffer();
        final MemorySegment scores;
        final MemorySegment slopes;
        final MemorySegment weights;
        final MemorySegment changes;

        Tile() {
            long each = (long) tokensOfATile * group * TextAttention.KEYS * Float.BYTES;
            MemorySegment all = space.of(4 * each);
            scores = all.asSlice(0, each);
            slopes = all.asSlice(each, each);
            weights = all.asSlice(2 * each, each);
            changes = all.asSlice(3 * each, each);
        }

        @Override
        public void close() {
            space.close();
        }
    }

    /** What all layers have in common; after the attention's pass. */
    void begin() {
        TextBatch batch = memory.batch();
        long tokens = (long) batch.size() * heads * size;
        long keys = (long) batch.size() * keyHeads * size;
        slopes.of(tokens * format.bytes());
        ofQueries.of(tokens * Float.BYTES);
        ofKeys.of(keys * Float.BYTES);
        ofValues.of(keys * Float.BYTES);
        if (shares.length < batch.size() * heads) shares = new float[batch.size() * heads];
        tasks.clear();
        for (int t = 0; t < batch.texts().size(); t++)
            for (int h = 0; h < keyHeads; h++) tasks.add(new Task(t, h));
        tasks.sort((a, b) ->
                Integer.compare(
                        batch.texts().get(b.text).count(), batch.texts().get(a.text).count()));
    }

    /**
     * Takes the slopes of a token's outputs.
     *
     * @param slope {@code [heads, headSize]}
     * @param outputs room for as many
     */
    void put(int token, float[] slope, float[] outputs) {
        int row = heads * size;
        Numbers.widen(format, memory.attended(), (long) token * row, outputs, 0, row);
        for (int h = 0; h < heads; h++)
            shares[token * heads + h] = Elementwise.dot(slope, h * size, outputs, h * size, size);
        for (int k = 0; k < keyHeads; k++)
            Numbers.put(
                    format,
                    slope,
                    k * group * size,
                    group * size,
                    slopes.of(0),
                    memory.queryAt(k, token));
    }

    /** Once all tokens' are put. */
    void run(Team team) {
        team.run(
                tasks.size(),
                tasks.size(),
                (from, to) -> {
                    for (int i = from; i < to; i++) text(tasks.get(i), tiles.get());
                });
    }

    private void text(Task task, Tile tile) {
        Text text = memory.batch().texts().get(task.text);
        Visible visible = memory.visible();
        long base = memory.keyAt(task.text, task.keyHead);
        long all = (long) text.count() * size * Float.BYTES;
        ofKeys.of(0).asSlice(base * Float.BYTES, all).fill((byte) 0);
        ofValues.of(0).asSlice(base * Float.BYTES, all).fill((byte) 0);
        for (int from = 0; from < text.count(); from += tokensOfATile) {
            int to = Math.min(text.count(), from + tokensOfATile);
            boolean later = false;
            int key = visible.from(text, from, visible.first(text, from), to);
            while (key < to) {
                int past = Math.min(key + TextAttention.KEYS, to);
                int count = visible.to(text, from, key, past) - key;
                tile(task, from, to, key, count, later, tile);
                later = true;
                key = visible.from(text, from, past, to);
            }
        }
    }

    private void tile(Task task, int from, int to, int key, int count, boolean later, Tile tile) {
        Text text = memory.batch().texts().get(task.text);
        int rows = (to - from) * group;
        long query = memory.queryAt(task.keyHead, text.from() + from);
        long at = memory.keyAt(task.text, task.keyHead) + (long) key * size;
        MemorySegment q = memory.queries().asSlice(query * format.bytes());
        MemorySegment k = memory.keys().asSlice(at * format.bytes());
        MemorySegment v = memory.values().asSlice(at * format.bytes());
        MemorySegment slope = slopes.of(0).asSlice(query * format.bytes());
        MemorySegment toQueries = ofQueries.of(0).asSlice(query * Float.BYTES);
        MemorySegment toKeys = ofKeys.of(0).asSlice(at * Float.BYTES);
        MemorySegment toValues = ofValues.of(0).asSlice(at * Float.BYTES);
        gemm.times(format, q, rows, k, count, size, tile.scores, false);
        gemm.times(format, slope, rows, v, count, size, tile.slopes, false);
        for (int r = 0; r < rows; r++) row(task, from + r / group, r, key, count, tile);
        gemm.across(format, tile.weights, count, slope, size, rows, toValues, true);
        gemm.across(format, tile.changes, count, q, size, rows, toKeys, true);
        gemm.back(format, tile.changes, rows, k, count, size, toQueries, later);
    }

    /** {@code dS = P (dP - sum(dO O)) / sqrt(size)}. */
    private void row(Task task, int token, int r, int key, int count, Tile tile) {
        Text text = memory.batch().texts().get(task.text);
        int seen = memory.visible().seen(text, token, key, count);
        int hidden = memory.visible().hidden(text, token, key, seen);
        int head = (text.from() + token) * heads + task.keyHead * group + r % group;
        long at = (long) r * count;
        memory.visible().hide(task.text, token, key, seen, tile.scores, at);
        Softmax.back(
                tile.scores,
                tile.slopes,
                at,
                count,
                hidden,
                seen,
                memory.logSums()[head] / scale,
                scale,
                shares[head],
                format,
                tile.weights,
                tile.changes);
    }

    /**
     * What {@link #run} found of a token.
     *
     * @param into {@code [heads + 2 keyHeads, headSize]}
     */
    void take(int text, int token, float[] into) {
        Text of = memory.batch().texts().get(text);
        for (int h = 0; h < keyHeads; h++) {
            copy(ofQueries, memory.queryAt(h, of.from() + token), into, h * group, group);
            long at = memory.keyAt(text, h) + (long) token * size;
            copy(ofKeys, at, into, heads + h, 1);
            copy(ofValues, at, into, heads + keyHeads + h, 1);
        }
    }

    private void copy(NativeBuffer from, long at, float[] into, int head, int count) {
        MemorySegment.copy(
                from.of(0),
                ValueLayout.JAVA_FLOAT,
                at * Float.BYTES,
                into,
                head * size,
                count * size);
    }

    @Override
    public void close() {
        tiles.close();
        slopes.close();
        ofQueries.close();
        ofKeys.close();
        ofValues.close();
    }
}
