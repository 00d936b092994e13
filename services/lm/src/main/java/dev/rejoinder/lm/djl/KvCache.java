package dev.rejoinder.lm.djl;

import ai.djl.pytorch.jni.IValue;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the running rows, a slot each, {@code [slots, capacity, heads, size]} for
 * every layer. Grows in blocks as rows and texts need it, and is given back when the batch runs
 * empty. Native thread only.
 */
final class KvCache {
    private static final int BLOCK = 128;

    private final Decoder decoder;
    private final int mostSlots;
    private @Nullable IValue tensors;
    private int slots;
    private int capacity;

    KvCache(Decoder decoder, int mostSlots) {
        this.decoder = decoder;
        this.mostSlots = mostSlots;
    }

    /** What a cache for these rows would hold, in tokens, padding included. */
    static long tokens(int slots, int length) {
        return (long) slots * blocks(length);
    }

    private static int blocks(int length) {
        return (length + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** The tensors, large enough for slots 0 to {@code slotsNeeded - 1} of this length. */
    IValue atLeast(int slotsNeeded, int length) {
        if (tensors != null && slotsNeeded <= slots && length <= capacity) return tensors;
        int newSlots = slotsNeeded <= slots ? slots : Math.min(mostSlots, slotsNeeded + slots / 2);
        int newCapacity = Math.max(capacity, blocks(length));
        IValue grown = decoder.grownCache(tensors, newSlots, newCapacity);
        release();
        tensors = grown;
        slots = newSlots;
        capacity = newCapacity;
        return grown;
    }

    void move(int source, int target, int length) {
        if (tensors != null) decoder.moveSlot(tensors, source, target, length);
    }

    /** Forgets a slot's values: after a failed row they may not be finite. */
    void clear(int slot) {
        if (tensors != null && slot < slots) decoder.clearSlot(tensors, slot);
    }

    void release() {
        if (tensors != null) tensors.close();
        tensors = null;
        slots = 0;
        capacity = 0;
    }
}
