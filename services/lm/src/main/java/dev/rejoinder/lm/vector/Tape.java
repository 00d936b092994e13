package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the layers of a {@link LongPass} leave behind for the way back, beside what its attention
 * keeps: hidden states in float32, all else in the format of the products. Memory is used again by
 * the next pass.
 */
final class Tape implements AutoCloseable {
    private final Format format;
    private final int layers;
    private final int hidden;
    private final int wide;
    private final int heads;
    private final NativeBuffer inputs = new NativeBuffer();
    private final NativeBuffer middles = new NativeBuffer();
    private final NativeBuffer gates = new NativeBuffer();
    private final NativeBuffer raw = new NativeBuffer();
    private int tokens;

    /**
     * @param format of the products
     */
    Tape(ModelConfig config, Format format) {
        this.format = format;
        this.layers = config.layers();
        this.hidden = config.hidden();
        this.wide = config.intermediate();
        this.heads =
                config.queryKeyNorm()
                        ? (config.heads() + config.keyValueHeads()) * config.headSize()
                        : 0;
    }

    void begin(int count) {
        tokens = count;
        long all = (long) layers * count;
        inputs.of(all * hidden * Float.BYTES);
        middles.of(all * hidden * Float.BYTES);
        gates.of(all * 2 * wide * format.bytes());
        raw.of(all * heads * format.bytes());
    }

    /** A token's hidden states before a layer. */
    void input(int layer, int from, int to, float[] x) {
        save(inputs, layer, from, to, x);
    }

    /** The same between attention and feed-forward part. */
    void middle(int layer, int from, int to, float[] x) {
        save(middles, layer, from, to, x);
    }

    private void save(NativeBuffer into, int layer, int from, int to, float[] x) {
        MemorySegment.copy(
                x,
                from * hidden,
                into.of(0),
                ValueLayout.JAVA_FLOAT,
                at(layer, from) * hidden * Float.BYTES,
                (to - from) * hidden);
    }

    private long at(int layer, int token) {
        return (long) layer * tokens + token;
    }

    /** Some outputs of gate and of up, before the activation. */
    void gate(int layer, int token, int output, float[] both, int upAt, int count) {
        long at = at(layer, token) * 2 * wide + output;
        Numbers.put(format, both, 0, count, gates.of(0), at);
        Numbers.put(format, both, upAt, count, gates.of(0), at + wide);
    }

    /** Queries and keys before their norms, of families that have such. */
    void raw(int layer, int token, float[] qkv) {
        if (heads > 0) Numbers.put(format, qkv, 0, heads, raw.of(0), at(layer, token) * heads);
    }

    void readInput(int layer, int token, float[] into) {
        read(inputs, layer, token, into);
    }

    void readMiddle(int layer, int token, float[] into) {
        read(middles, layer, token, into);
    }

    private void read(NativeBuffer from, int layer, int token, float[] into) {
        MemorySegment.copy(
                from.of(0),
                ValueLayout.JAVA_FLOAT,
                at(layer, token) * hidden * Float.BYTES,
                into,
                0,
                hidden);
    }

    /**
     * @param into {@code [2, intermediate]}: gate, then up
     */
    void readGates(int layer, int token, float[] into) {
        Numbers.widen(format, gates.of(0), at(layer, token) * 2 * wide, into, 0, 2 * wide);
    }

    void readRaw(int layer, int token, float[] into) {
        if (heads > 0) Numbers.widen(format, raw.of(0), at(layer, token) * heads, into, 0, heads);
    }

    @Override
    public void close() {
        inputs.close();
        middles.close();
        gates.close();
        raw.close();
    }
}
