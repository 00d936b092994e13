package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.vector.TextBatch.Text;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Queries, keys, values and what comes of them, for the texts of a pass, in the format of its
 * products. One layer at a time, or, for the way back, each layer in its own place.
 */
final class TextMemory implements AutoCloseable {
    private static final int BLOCK = PagedCache.BLOCK;
    private static final float[] NONE = {};

    private final Format format;
    private final Team team;
    private final int layers;
    private final int heads;
    private final int keyHeads;
    private final int group;
    private final int size;
    private final int window;
    private final NativeBuffer allQueries = new NativeBuffer();
    private final NativeBuffer allKeys = new NativeBuffer();
    private final NativeBuffer allValues = new NativeBuffer();
    private final NativeBuffer allAttended = new NativeBuffer();
    private final NativeBuffer cachedKeys = new NativeBuffer();
    private final float[][] allLogSums;
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

    /**
     * @param format of the products
     * @param team that shares the copying; awake while there is some
     * @param keeps whether each layer has its own place
     */
    TextMemory(ModelConfig config, Format format, Team team, boolean keeps) {
        this.format = format;
        this.team = team;
        this.layers = keeps ? config.layers() : 1;
        this.allLogSums = new float[keeps ? layers : 0][];
        Arrays.fill(allLogSums, NONE);
        this.heads = config.heads();
        this.keyHeads = config.keyValueHeads();
        this.group = heads / keyHeads;
        this.size = config.headSize();
        this.window = config.slidingWindow();
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
        long all = 0;
        long allCached = 0;
        for (int t = 0; t < count; t++) {
            Text text = texts.texts().get(t);
            bases[t] = all * keyHeads * size;
            all += text.keys();
            cachedBases[t] = allCached * keyHeads * size;
            allCached += stride(text);
        }
        tokenBytes = (long) texts.size() * heads * size * format.bytes();
        keyBytes = all * keyHeads * size * format.bytes();
        allQueries.of(layers * tokenBytes);
        allAttended.of(layers * tokenBytes);
        allKeys.of(layers * keyBytes);
        allValues.of(layers * keyBytes);
        cachedKeys.of(allCached * keyHeads * size * format.bytes());
    }

    /** Cached tokens of a text, whole blocks of them. */
    static int stride(Text text) {
        return Math.ceilDiv(text.cached(), BLOCK) * BLOCK;
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
            Numbers.copyRows(
                    from.keys()[layer],
                    block * format.bytes(),
                    BLOCK * format.bytes(),
                    size,
                    cachedKeys.of(0),
                    (cachedKeyAt(t, head) + token) * format.bytes(),
                    (long) stride(text) * format.bytes());
        }
    }

    /** Cached keys of a text and head from one on, {@code [headSize, stride]}. */
    MemorySegment cachedKeys(int text, int head, int key) {
        return cachedKeys.of(0).asSlice((cachedKeyAt(text, head) + key) * format.bytes());
    }

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
            Numbers.put(format, qkv, from + h * group * size, group * size, queries, query);
            long key = keyAt(t, h) + (long) (text.cached() + token) * size;
            Numbers.put(format, qkv, from + (heads + h) * size, size, keys, key);
            Numbers.put(format, qkv, from + (heads + keyHeads + h) * size, size, values, key);
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

    /** Of all but the logarithms. */
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

    void logSum(int row, double value) {
        if (allLogSums.length > 0) logSums[row] = (float) value;
    }

    @Override
    public void close() {
        allQueries.close();
        allKeys.close();
        allValues.close();
        allAttended.close();
        cachedKeys.close();
    }
}
