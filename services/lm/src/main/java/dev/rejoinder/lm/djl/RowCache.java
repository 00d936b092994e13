package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.paging.BlockPool;
import dev.rejoinder.lm.paging.BlockTable;
import dev.rejoinder.lm.vector.PagedCache;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/** The rows' places in the cache: who holds which blocks, and what of ended texts can be reused. */
final class RowCache {
    /** The base's own; adapters have numbers above. */
    private static final long BASE = 0;

    private final BlockPool pool;
    private final KvCache memory;

    /** Blocks that hold nothing but finite numbers. */
    private final BitSet clean = new BitSet();

    private final List<Long> toClear = new ArrayList<>();

    /**
     * @param tokens that fit at most
     */
    RowCache(Decoder decoder, int tokens) {
        this.pool = new BlockPool(Math.max(1, tokens / PagedCache.BLOCK), PagedCache.BLOCK);
        this.memory = new KvCache(decoder, pool.blocks());
    }

    /** Where keys and values are; native thread only. */
    KvCache memory() {
        memory.clear(toClear.stream().mapToLong(b -> b).toArray());
        toClear.clear();
        return memory;
    }

    /** Native thread only. */
    void close() {
        memory.release();
    }

    /** Tokens that fit at most. */
    int tokens() {
        return pool.blocks() * PagedCache.BLOCK;
    }

    /** Blocks that rows hold. */
    int held() {
        return pool.held();
    }

    /** Whether one more row could be read with a block to spare for each that runs. */
    boolean hasRoomFor(Row row, List<Row> running) {
        int promised = running.size() + pool.needed(row.length() + 1);
        for (Row other : running)
            if (other.table == null) promised += pool.needed(other.length() + 1);
        return promised <= pool.available();
    }

    /** Tokens that {@link #begin} would find. */
    int found(Row row) {
        return pool.found(owner(row), row.tokens(), row.length() - 1);
    }

    /** Tokens of whole blocks that a row will find once another has read its text. */
    int shared(Row reading, Row row) {
        int same = Math.min(row.sharedBeginning(reading), row.length() - 1);
        return same / PagedCache.BLOCK * PagedCache.BLOCK;
    }

    /**
     * Gives a row room for its text and takes over what is there of it. The last token is never
     * taken over: what follows it has to be computed.
     *
     * @return whether there is room; if not, nothing has changed
     */
    boolean begin(Row row) {
        row.owner = owner(row);
        BlockTable table = pool.begin(row.owner, row.tokens(), row.length() - 1);
        if (!pool.reserve(table, row.length())) {
            pool.release(table);
            return false;
        }
        prepare(table, table.published());
        row.table = table;
        row.cached = table.published() * PagedCache.BLOCK;
        return true;
    }

    /** Whether the row has room for its text, after taking a block if it needs one. */
    boolean extend(Row row) {
        BlockTable table = Objects.requireNonNull(row.table);
        int before = table.size();
        boolean enough = pool.reserve(table, row.length());
        prepare(table, before);
        return enough;
    }

    private void prepare(BlockTable table, int first) {
        for (int i = first; i < table.size(); i++) {
            int block = table.blocks()[i];
            if (clean.get(block)) continue;
            clean.set(block);
            toClear.add((long) block);
        }
    }

    /** What the row has read is sound and can be reused, unless its adapter has changed since. */
    void publish(Row row) {
        if (row.table != null && row.owner == owner(row))
            pool.publish(row.table, row.tokens(), row.cached);
    }

    /** Takes a row's room; it can begin again. */
    void release(Row row) {
        if (row.table != null) pool.release(row.table);
        row.table = null;
        row.cached = 0;
    }

    /** The same after a failure: what was not published may not be finite. */
    void discard(Row row) {
        BlockTable table = row.table;
        if (table == null) return;
        for (int i = table.published(); i < table.size(); i++) clean.clear(table.blocks()[i]);
        release(row);
    }

    private static long owner(Row row) {
        TorchAdapter adapter = row.adapter();
        return adapter == null ? BASE : adapter.number();
    }
}
