package dev.rejoinder.lm.paging;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of blocks, handed out to texts and shared between texts that begin alike.
 *
 * <ul>
 *   <li>A block that is full and {@linkplain #publish published} can be found by its tokens, all
 *       those before them, and their owner (which weights computed it).
 *   <li>A block that no text holds any longer stays findable until its room is needed; then the one
 *       left unused for longest goes first, and of one text the last before the first.
 *   <li>Block 0 is never handed out: it takes what is not worth keeping.
 * </ul>
 *
 * Not thread-safe.
 */
public final class BlockPool {
    private final int blockTokens;
    private final int blocks;
    private final int[] free;
    private int freeCount;
    private final int[] holders;
    private final @Nullable Key[] keys;
    private final long[] contents;
    private final Map<Key, Integer> published = new HashMap<>();
    private final LinkedHashSet<Integer> unheld = new LinkedHashSet<>();
    private long nextContent;

    /** A block's tokens after the content before them; found by comparing, not by a digest. */
    private record Key(long before, int[] tokens, int hash) {
        Key(long before, int[] tokens) {
            this(before, tokens, Long.hashCode(before) * 31 + Arrays.hashCode(tokens));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && before == key.before
                    && Arrays.equals(tokens, key.tokens);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * @param blocks that texts can have
     * @param blockTokens tokens of each
     */
    public BlockPool(int blocks, int blockTokens) {
        if (blocks < 1 || blockTokens < 1)
            throw new IllegalArgumentException(
                    "a pool of %d blocks of %d tokens holds nothing"
                            .formatted(blocks, blockTokens));
        this.blocks = blocks;
        this.blockTokens = blockTokens;
        this.holders = new int[blocks + 1];
        this.keys = new Key[blocks + 1];
        this.contents = new long[blocks + 1];
        this.free = new int[blocks];
        for (int block = blocks; block > 0; block--) free[freeCount++] = block;
    }

    /** Blocks in all. */
    public int blocks() {
        return blocks;
    }

    /** Blocks that could be handed out now. */
    public int available() {
        return freeCount + unheld.size();
    }

    /** Blocks that texts hold. */
    public int held() {
        return blocks - available();
    }

    /** Blocks needed for so many tokens. */
    public int needed(int tokens) {
        return (tokens + blockTokens - 1) / blockTokens;
    }

    /**
     * Tokens at the beginning of a text that are in the pool already.
     *
     * @param owner whose weights read it
     * @param most of the tokens may be found
     */
    public int found(long owner, int[] tokens, int most) {
        long content = root(owner);
        int at = 0;
        for (; at + blockTokens <= most; at += blockTokens) {
            Integer block = published.get(key(content, tokens, at));
            if (block == null) break;
            content = contents[block];
        }
        return at;
    }

    /** A table that holds what is {@link #found}. */
    public BlockTable begin(long owner, int[] tokens, int most) {
        BlockTable table = new BlockTable(root(owner));
        for (int at = 0; at + blockTokens <= most; at += blockTokens) {
            Integer block = published.get(key(table.content, tokens, at));
            if (block == null) break;
            if (holders[block]++ == 0) unheld.remove(block);
            table.add(block);
            table.published++;
            table.content = contents[block];
        }
        return table;
    }

    /**
     * Adds blocks until the table has room for so many tokens.
     *
     * @return whether there were enough; if not, nothing has changed
     */
    public boolean reserve(BlockTable table, int tokens) {
        int missing = needed(tokens) - table.size();
        if (missing > available()) return false;
        for (; missing > 0; missing--) {
            int block = freeCount > 0 ? free[--freeCount] : evict();
            holders[block] = 1;
            table.add(block);
        }
        return true;
    }

    private int evict() {
        Iterator<Integer> oldest = unheld.iterator();
        int block = oldest.next();
        oldest.remove();
        published.remove(keys[block]);
        keys[block] = null;
        return block;
    }

    /**
     * Makes the full blocks of a text findable.
     *
     * @param tokens that its blocks hold from the first on
     * @param length how many they are
     */
    public void publish(BlockTable table, int[] tokens, int length) {
        for (; (table.published + 1) * blockTokens <= length; table.published++) {
            Key key = key(table.content, tokens, table.published * blockTokens);
            Integer same = published.get(key);
            int block = same == null ? table.get(table.published) : same;
            if (same == null) {
                published.put(key, block);
                keys[block] = key;
                contents[block] = nextContent++;
            }
            table.content = contents[block];
        }
    }

    /** Gives a text's blocks back; those that are findable stay so. */
    public void release(BlockTable table) {
        for (int i = table.size() - 1; i >= 0; i--) {
            int block = table.get(i);
            if (--holders[block] > 0) continue;
            if (keys[block] == null) free[freeCount++] = block;
            else unheld.add(block);
        }
    }

    private Key key(long before, int[] tokens, int at) {
        return new Key(before, Arrays.copyOfRange(tokens, at, at + blockTokens));
    }

    /** Contents count up from 0; owners lie below. */
    private static long root(long owner) {
        return -1 - owner;
    }
}
