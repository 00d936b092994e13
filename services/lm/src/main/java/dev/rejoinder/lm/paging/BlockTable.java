package dev.rejoinder.lm.paging;

import java.util.Arrays;

/** The blocks of one text, in order. Made and changed by a {@link BlockPool} alone. */
public final class BlockTable {
    private int[] blocks;
    private int size;

    int published;

    /** What the last of them holds, with all before it. */
    long content;

    BlockTable(long root) {
        this.blocks = new int[8];
        this.content = root;
    }

    /** Blocks of this text. */
    public int size() {
        return size;
    }

    /** The blocks, {@link #size()} of them and possibly more places; not to be changed. */
    public int[] blocks() {
        return blocks;
    }

    /** Blocks at the beginning whose content the pool knows. */
    public int published() {
        return published;
    }

    int get(int i) {
        return blocks[i];
    }

    void add(int block) {
        if (size == blocks.length) blocks = Arrays.copyOf(blocks, 2 * size);
        blocks[size++] = block;
    }
}
