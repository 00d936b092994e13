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
    private static final int ROWS = 192;

    /** Keys of a tile. */
    private static final int KEYS = 256;

    /** Tasks for each thread at least, where there are tokens enough. */
    private static final int TASKS = 4;

    private static final int LEAST_TOKENS = 8;
    private static final int BLOCK = PagedCache.BLOCK;
    private static final float[] NONE = {};

    private final Gemm gemm;
    private final Team team;
    private final Format format;
    private final int layers;
    private final int heads;
    private final int keyHeads;
    private final int group;
    private final int size;
    private final int window;
    private final float scale;
    private final int tokensOfATile;
    private final NativeBuffer allQueries = new NativeBuffer();
    private final NativeBuffer allKeys = new NativeBuffer();
    private final NativeBuffer allValues = new NativeBuffer();
    private final NativeBuffer cachedKeys = new NativeBuffer();
    private final NativeBuffer allAttended = new NativeBuffer();
    private final float[][] allLogSums;
    private final PerThread<Tile> tiles = new PerThread<>(Tile::new);
    private final List<Task> tasks = new ArrayList<>();
    private TextBatch batch = TextBatch.NONE.batch();
    private Visible visible = new Visible(batch, 0);
    private @Nullable PagedCache cache;
    private boolean goesOn;
    private long tokenBytes;
    private long keyBytes;
    private long[] bases = {};
    private long[] cachedBases = {};
    private MemorySegment queries = MemorySegment.NULL;
    private MemorySegment keys = MemorySegment.NULL;
    private MemorySegment values = MemorySegment.NULL;
    private MemorySegment attended = MemorySegment.NULL;
    private float[] logSums = NONE;

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
        this.layers = keeps ? config.layers() : 1;
        this.allLogSums = new float[keeps ? layers : 0][];
        Arrays.fill(allLogSums, NONE);
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
        final NativeBuffer memory = new NativeBuffer();
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
            MemorySegment all = memory.of(2 * forScores + forSums);
            scores = all.asSlice(0, forScores);
            sums = all.asSlice(forScores, forSums);
            weights = all.asSlice(forScores + forSums);
            most = new float[rows];
            total = new float[rows];
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    /**
     * What all layers of a pass have in common.
     *
     * @param from the cache of the texts that have blocks; null if none has any
     */
    void begin(TextBatch texts, @Nullable PagedCache from) {
        batch = texts;
        cache = from;
        visible = new Visible(texts, window);
        goesOn = texts.texts().stream().anyMatch(t -> t.cached() > 0);
        int count = texts.texts().size();
        bases = new long[count];
        cachedBases = new long[count];
        int each = Math.ceilDiv(texts.size() * keyHeads, TASKS * team.threads());
        each = Math.clamp(each, Math.min(LEAST_TOKENS, tokensOfATile), tokensOfATile);
        tasks.clear();
        long all = 0;
        long allCached = 0;
        for (int t = 0; t < count; t++) {
            Text text = texts.texts().get(t);
            bases[t] = all * keyHeads * size;
            all += text.keys();
            cachedBases[t] = allCached * keyHeads * size;
            allCached += stride(text);
            for (int at = 0; at < text.count(); at += each)
                for (int h = 0; h < keyHeads; h++)
                    tasks.add(new Task(t, at, Math.min(text.count(), at + each), h));
        }
        tasks.sort((a, b) -> Long.compare(work(b), work(a)));
        tokenBytes = (long) texts.size() * heads * size * format.bytes();
        keyBytes = all * keyHeads * size * format.bytes();
        allQueries.of(layers * tokenBytes);
        allAttended.of(layers * tokenBytes);
        allKeys.of(layers * keyBytes);
        allValues.of(layers * keyBytes);
        cachedKeys.of(allCached * keyHeads * size * format.bytes());
    }

    /** Cached tokens of a text, whole blocks of them. */
    private static int stride(Text text) {
        return Math.ceilDiv(text.cached(), BLOCK) * BLOCK;
    }

    private long work(Task task) {
        long seen = batch.texts().get(task.text).cached() + task.to;
        return (task.to - task.from) * (window > 0 ? Math.min(seen, window + ROWS) : seen);
    }

    /** Before anything of a layer is put, or read on the way back. */
    void enter(int layer) {
        int kept = layer % layers;
        queries = allQueries.of(0).asSlice(kept * tokenBytes, tokenBytes);
        attended = allAttended.of(0).asSlice(kept * tokenBytes, tokenBytes);
        keys = allKeys.of(0).asSlice(kept * keyBytes, keyBytes);
        values = allValues.of(0).asSlice(kept * keyBytes, keyBytes);
        if (allLogSums.length == 0) return;
        if (allLogSums[layer].length < batch.size() * heads)
            allLogSums[layer] = new float[batch.size() * heads];
        logSums = allLogSums[layer];
    }

    /**
     * Copies what the cache holds of the texts: values beside what the pass adds to them, keys as
     * they lie there, {@code [headSize, tokens]}.
     */
    void gather(int layer) {
        PagedCache from = cache;
        if (from == null || !goesOn) return;
        int texts = batch.texts().size();
        team.run(
                texts * keyHeads,
                texts * keyHeads,
                (begin, end) -> {
                    for (int i = begin; i < end; i++)
                        gather(from, layer, i / keyHeads, i % keyHeads);
                });
    }

    private void gather(PagedCache from, int layer, int t, int head) {
        Text text = batch.texts().get(t);
        int first = window > 0 ? Math.max(0, text.cached() - window) / BLOCK * BLOCK : 0;
        for (int token = first; token < text.cached(); token += BLOCK) {
            long block = ((long) text.blocks()[token / BLOCK] * keyHeads + head) * size * BLOCK;
            int count = Math.min(BLOCK, text.cached() - token);
            MemorySegment.copy(
                    from.values()[layer],
                    block * format.bytes(),
                    values,
                    (keyAt(t, head) + (long) token * size) * format.bytes(),
                    (long) count * size * format.bytes());
            Elementwise.copyRows(
                    from.keys()[layer],
                    block * format.bytes(),
                    BLOCK * format.bytes(),
                    size,
                    cachedKeys.of(0),
                    (cachedKeyAt(t, head) + token) * format.bytes(),
                    (long) stride(text) * format.bytes());
        }
    }

    /** Where a text's cached keys of a head begin: {@code [texts, keyHeads, headSize, stride]}. */
    private long cachedKeyAt(int text, int head) {
        return cachedBases[text] + (long) head * size * stride(batch.texts().get(text));
    }

    private void move(MemorySegment from, long at, MemorySegment into, long to) {
        if (format == Format.FLOAT32)
            into.set(
                    ValueLayout.JAVA_INT_UNALIGNED,
                    to * Integer.BYTES,
                    from.get(ValueLayout.JAVA_INT_UNALIGNED, at * Integer.BYTES));
        else
            into.set(
                    ValueLayout.JAVA_SHORT_UNALIGNED,
                    to * Short.BYTES,
                    from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at * Short.BYTES));
    }

    /**
     * Takes a token's queries, keys and values; what its text keeps goes to the cache as well.
     *
     * @param token counted in its text
     * @param qkv {@code [heads + 2 keyHeads, headSize]}
     * @param from where they begin
     */
    void put(int layer, int t, int token, float[] qkv, int from) {
        Text text = batch.texts().get(t);
        for (int h = 0; h < keyHeads; h++) {
            long query = queryAt(h, text.from() + token);
            Elementwise.put(format, qkv, from + h * group * size, group * size, queries, query);
            long key = keyAt(t, h) + (long) (text.cached() + token) * size;
            Elementwise.put(format, qkv, from + (heads + h) * size, size, keys, key);
            Elementwise.put(format, qkv, from + (heads + keyHeads + h) * size, size, values, key);
            if (cache != null) keep(cache, layer, text, text.cached() + token, h, key);
        }
    }

    private void keep(PagedCache into, int layer, Text text, int position, int head, long key) {
        long block = ((long) text.blocks()[position / BLOCK] * keyHeads + head) * size * BLOCK;
        int offset = position % BLOCK;
        MemorySegment.copy(
                values,
                key * format.bytes(),
                into.values()[layer],
                (block + (long) offset * size) * format.bytes(),
                (long) size * format.bytes());
        for (int d = 0; d < size; d++)
            move(keys, key + d, into.keys()[layer], block + (long) d * BLOCK + offset);
    }

    /** Where a token's queries of a group begin: {@code [keyHeads, tokens, group, headSize]}. */
    long queryAt(int keyHead, int token) {
        return ((long) keyHead * batch.size() + token) * group * size;
    }

    /**
     * Where a text's keys, and values, of a head begin: {@code [texts, keyHeads, tokens,
     * headSize]}.
     */
    long keyAt(int text, int head) {
        return bases[text] + (long) head * batch.texts().get(text).keys() * size;
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
        return attended;
    }

    private void attend(Task task, Tile tile) {
        Text text = batch.texts().get(task.text);
        int rows = (task.to - task.from) * group;
        long first = queryAt(task.keyHead, text.from() + task.from);
        MemorySegment q = queries.asSlice(first * format.bytes());
        long base = keyAt(task.text, task.keyHead);
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
                long at = cachedKeyAt(task.text, task.keyHead) + key;
                MemorySegment k = cachedKeys.of(0).asSlice(at * format.bytes());
                gemm.back(format, q, rows, k, stride(text), size, count, tile.scores, false);
            } else {
                MemorySegment k = keys.asSlice((base + (long) key * size) * format.bytes());
                gemm.times(format, q, rows, k, count, size, tile.scores, false);
            }
            for (int r = 0; r < rows; r++) weigh(text, task, r, key, count, later, tile);
            MemorySegment v = values.asSlice((base + (long) key * size) * format.bytes());
            gemm.back(format, tile.weights, rows, v, count, size, tile.sums, later);
            later = true;
            key = visible.from(text, task.from, past, end);
        }
        for (int r = 0; r < rows; r++) give(text, task, r, tile);
    }

    /** A row of scores becomes probabilities, up to what {@link #give} divides by. */
    private void weigh(Text text, Task task, int r, int key, int count, boolean later, Tile tile) {
        int token = task.from + r / group;
        int seen = visible.seen(text, token, key, count);
        int hidden = visible.hidden(text, token, key, seen);
        long at = (long) r * count;
        visible.hide(task.text, token, key, seen, tile.scores, at);
        float kept =
                Elementwise.softmax(
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
        Elementwise.put(format, tile.row, 0, size, attended, (long) row * size);
        if (allLogSums.length > 0)
            logSums[row] = (float) (tile.most[r] * (double) scale + Math.log(tile.total[r]));
    }

    /** Of what enters and leaves. */
    Format format() {
        return format;
    }

    TextBatch batch() {
        return batch;
    }

    Visible visible() {
        return visible;
    }

    /** Of the layer entered; see {@link #queryAt}. */
    MemorySegment queries() {
        return queries;
    }

    /** Of the layer entered; see {@link #keyAt}. */
    MemorySegment keys() {
        return keys;
    }

    /** Of the layer entered, as the keys. */
    MemorySegment values() {
        return values;
    }

    /** Of the layer entered, {@code [tokens, heads, headSize]}. */
    MemorySegment attended() {
        return attended;
    }

    /** Logarithms of the summed exponentials of the layer entered, {@code [tokens, heads]}. */
    float[] logSums() {
        return logSums;
    }

    @Override
    public void close() {
        tiles.close();
        allQueries.close();
        allKeys.close();
        allValues.close();
        cachedKeys.close();
        allAttended.close();
    }
}
