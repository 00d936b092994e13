package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.vector.TextBatch.Text;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What the adapters of some neighbouring tokens add to one product, in float32. */
final class AdapterProducts implements AutoCloseable {
    private final Gemm gemm;
    private final Format format;
    private final NativeBuffer inputs = new NativeBuffer();
    private final NativeBuffer ranks = new NativeBuffer();
    private final List<Part> parts = new ArrayList<>();

    /**
     * Tokens of one adapter.
     *
     * @param from the first, counted from the first of all
     * @param middle {@code A x}, {@code [count, rank]}
     * @param up B
     */
    private record Part(int from, int count, MemorySegment middle, Matrix up) {}

    /**
     * @param format of the inputs
     */
    AdapterProducts(Gemm gemm, Format format) {
        this.gemm = gemm;
        this.format = format;
    }

    /**
     * Computes {@code A x} of the tokens.
     *
     * @param matrix of the adapters
     * @param from the first token of the batch
     * @param to the one after the last
     * @param in {@code [to - from, width]}
     */
    void begin(TextBatch batch, int matrix, int from, int to, MemorySegment in) {
        parts.clear();
        List<Text> texts = batch.texts();
        MemorySegment wide = MemorySegment.NULL;
        long taken = 0;
        for (int t = 0, next; t < texts.size(); t = next) {
            LowRank adapter = texts.get(t).adapter();
            next = t + 1;
            while (next < texts.size() && texts.get(next).adapter() == adapter) next++;
            int first = Math.max(from, texts.get(t).from());
            int count = Math.min(to, texts.get(next - 1).end()) - first;
            Matrix down = adapter == null ? null : adapter.down()[matrix];
            Matrix up = adapter == null ? null : adapter.up()[matrix];
            if (count < 1 || down == null || up == null) continue;
            if (wide.equals(MemorySegment.NULL)) {
                wide = widened(in, (to - from) * down.width());
                ranks.of(most(batch, matrix, to - from));
            }
            MemorySegment middle = ranks.of(0).asSlice(taken);
            taken += (long) count * down.height() * Float.BYTES;
            long at = (long) (first - from) * down.width() * Float.BYTES;
            gemm.times(
                    Format.FLOAT32,
                    wide.asSlice(at),
                    count,
                    down.weights(),
                    down.height(),
                    down.width(),
                    middle,
                    false);
            parts.add(new Part(first - from, count, middle, up));
        }
    }

    private MemorySegment widened(MemorySegment in, int numbers) {
        if (format == Format.FLOAT32) return in;
        MemorySegment wide = inputs.of((long) numbers * Float.BYTES);
        Numbers.widen(in, wide, numbers);
        return wide;
    }

    /** Bytes of all tokens' middles, were they all of the largest rank. */
    private static long most(TextBatch batch, int matrix, int tokens) {
        int rank = 0;
        for (Text text : batch.texts()) {
            LowRank adapter = text.adapter();
            Matrix down = adapter == null ? null : adapter.down()[matrix];
            if (down != null) rank = Math.max(rank, down.height());
        }
        return (long) tokens * rank * Float.BYTES;
    }

    /**
     * Adds some of the outputs.
     *
     * @param at the first of them
     * @param y {@code [tokens, count]}, float32
     */
    void add(int at, int count, MemorySegment y) {
        for (Part part : parts) {
            int rank = part.up.width();
            gemm.times(
                    Format.FLOAT32,
                    part.middle,
                    part.count,
                    part.up.weights().asSlice((long) at * rank * Float.BYTES),
                    count,
                    rank,
                    y.asSlice((long) part.from * count * Float.BYTES),
                    true);
        }
    }

    @Override
    public void close() {
        inputs.close();
        ranks.close();
    }
}
