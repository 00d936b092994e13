package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.vector.TextBatch.Text;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grouped-query attention (Ainslie et al. 2023) of whole texts by a {@link Gemm}: tiles of queries
 * against tiles of keys with a running softmax (Dao et al. 2022, algorithm 1), so that scores stay
 * in the caches. Queries, keys, values and probabilities are in the format of the products; scores
 * and sums are float32. One layer at a time.
 */
final class TextAttention implements AutoCloseable {
    /** Rows of queries in a tile: a group's heads of a token are neighbours. */
    static final int ROWS = 192;

    /** Keys of a tile. */
    static final int KEYS = 256;

    /** Tasks for each thread at least, where there are tokens enough. */
    private static final int TASKS = 4;

    private static final int LEAST_TOKENS = 8;

    private final Gemm gemm;
    private final Team team;
    private final Format format;
    private final int heads;
    private final int keyHeads;
    private final int group;
    private final int size;
    private final int window;
    private final float scale;
    private final int tokensOfATile;
    private final TextMemory memory;
    private final PerThread<Tile> tiles = new PerThread<>(Tile::new);
    private final List<Task> tasks = new ArrayList<>();

    /** Some tokens of a text, for one key head. */
    private record Task(int text, int from, int to, int keyHead) {}

    /**
     * @param team that shares the work; awake while there is some
     * @param keeps all layers' queries, keys and values for the way back
     */
    TextAttention(ModelConfig config, Gemm gemm, Format format, Team team, boolean keeps) {
        this.team = team;
        this.gemm = gemm;
        this.format = format;
        this.memory = new TextMemory(config, format, team, keeps);
        this.heads = config.heads();
        this.keyHeads = config.keyValueHeads();
        this.group = heads / keyHeads;
        this.size = config.headSize();
        this.window = config.slidingWindow();
        this.scale = (float) (1 / Math.sqrt(size));
        this.tokensOfATile = Math.max(1, ROWS / group);
    }

    /** A thread's own space. */
    private final class Tile implements AutoCloseable {
        final NativeBuffer space = new NativeBuffer();
        final MemorySegment scores;
        final MemorySegment weights;
        final MemorySegment sums;
        final float[] row = new float[size];
        final float[] most;
        final float[] total;

        Tile() {
            int rows = tokensOfATile * group;
            long forScores = (long) rows * KEYS * Float.BYTES;
            long forSums = (long) rows * size * Float.BYTES;
            MemorySegment all = space.of(2 * forScores + forSums);
            scores = all.asSlice(0, forScores);
            sums = all.asSlice(forScores, forSums);
            weights = all.asSlice(forScores + forSums);
            most = new float[rows];
            total = new float[rows];
        }

        @Override
        public void close() {
            space.close();
        }
    }

    /**
     * What all layers of a pass have in common; before anything is put into its memory.
     *
     * @param cache of the texts that have blocks; null if none has any
     */
    void begin(TextBatch batch, @Nullable PagedCache cache) {
        memory.begin(batch, cache);
        int each = Math.ceilDiv(batch.size() * keyHeads, TASKS * team.threads());
        each = Math.clamp(each, Math.min(LEAST_TOKENS, tokensOfATile), tokensOfATile);
        tasks.clear();
        for (int t = 0; t < batch.texts().size(); t++) {
            int count = batch.texts().get(t).count();
            for (int at = 0; at < count; at += each)
                for (int h = 0; h < keyHeads; h++)
                    tasks.add(new Task(t, at, Math.min(count, at + each), h));
        }
        tasks.sort((a, b) -> Long.compare(work(b), work(a)));
    }

    /** Where it reads from, and writes to. */
    TextMemory memory() {
        return memory;
    }

    private long work(Task task) {
        long seen = memory.batch().texts().get(task.text).cached() + task.to;
        return (task.to - task.from) * (window > 0 ? Math.min(seen, window + ROWS) : seen);
    }

    /**
     * The attention of all tokens, once all are put.
     *
     * @return {@code [tokens, heads, headSize]}, in the format of the products; valid until the
     *     next layer
     */
    MemorySegment attend() {
        team.run(
                tasks.size(),
                tasks.size(),
                (from, to) -> {
                    Tile tile = tiles.get();
                    for (int i = from; i < to; i++) attend(tasks.get(i), tile);
                });
        return memory.attended();
    }

    private void attend(Task task, Tile tile) {
        Text text = memory.batch().texts().get(task.text);
        int rows = (task.to - task.from) * group;
        Visible visible = memory.visible();
        long first = memory.queryAt(task.keyHead, text.from() + task.from);
        MemorySegment q = memory.queries().asSlice(first * format.bytes());
        long base = memory.keyAt(task.text, task.keyHead);
        Arrays.fill(tile.most, 0, rows, Float.NEGATIVE_INFINITY);
        Arrays.fill(tile.total, 0, rows, 0);
        int end = text.cached() + task.to;
        boolean later = false;
        int key = visible.from(text, task.from, visible.first(text, task.from), end);
        while (key < end) {
            boolean before = key < text.cached();
            int past = Math.min(key + KEYS, before ? text.cached() : end);
            int count = visible.to(text, task.from, key, past) - key;
            if (before) {
                MemorySegment k = memory.cachedKeys(task.text, task.keyHead, key);
                gemm.back(
                        format,
                        q,
                        rows,
                        k,
                        TextMemory.stride(text),
                        size,
                        count,
                        tile.scores,
                        false);
            } else {
                MemorySegment k =
                        memory.keys().asSlice((base + (long) key * size) * format.bytes());
                gemm.times(format, q, rows, k, count, size, tile.scores, false);
            }
            for (int r = 0; r < rows; r++) weigh(text, task, r, key, count, later, tile);
            MemorySegment v = memory.values().asSlice((base + (long) key * size) * format.bytes());
            gemm.back(format, tile.weights, rows, v, count, size, tile.sums, later);
            later = true;
            key = visible.from(text, task.from, past, end);
        }
        for (int r = 0; r < rows; r++) give(text, task, r, tile);
    }

    /** A row of scores becomes probabilities, up to what {@link #give} divides by. */
    private void weigh(Text text, Task task, int r, int key, int count, boolean later, Tile tile) {
        Visible visible = memory.visible();
        int token = task.from + r / group;
        int seen = visible.seen(text, token, key, count);
        int hidden = visible.hidden(text, token, key, seen);
        long at = (long) r * count;
        visible.hide(task.text, token, key, seen, tile.scores, at);
        float kept =
                Softmax.running(
                        tile.scores,
                        at,
                        count,
                        hidden,
                        seen,
                        tile.most,
                        tile.total,
                        r,
                        scale,
                        format,
                        tile.weights);
        if (later && kept < 1) Elementwise.scale(tile.sums, (long) r * size, size, kept);
    }

    private void give(Text text, Task task, int r, Tile tile) {
        MemorySegment.copy(
                tile.sums,
                ValueLayout.JAVA_FLOAT,
                (long) r * size * Float.BYTES,
                tile.row,
                0,
                size);
        Elementwise.scale(tile.row, 0, size, 1 / tile.total[r]);
        int token = text.from() + task.from + r / group;
        int row = token * heads + task.keyHead * group + r % group;
        Numbers.put(format, tile.row, 0, size, memory.attended(), (long) row * size);
        memory.logSum(row, tile.most[r] * (double) scale + Math.log(tile.total[r]));
    }

    @Override
    public void close() {
        tiles.close();
        memory.close();
    }
}
