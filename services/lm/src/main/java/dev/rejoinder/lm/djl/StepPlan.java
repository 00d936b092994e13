package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.djl.DecoderSource.Mask;
import dev.rejoinder.lm.vector.LowRank;
import dev.rejoinder.lm.vector.PagedCache;
import dev.rejoinder.lm.vector.TokenBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The rows that one pass moves on, each by so many tokens of its text. */
record StepPlan(List<Part> parts) {
    /** A row's next tokens. */
    record Part(Row row, int tokens) {
        /** Whether the row has a next token after the pass. */
        boolean ready() {
            return tokens == row.unread();
        }

        int block(int t) {
            return Objects.requireNonNull(row.table).blocks()[(row.cached + t) / PagedCache.BLOCK];
        }
    }

    /** Rows whose rest is at least so much of the longest share a pass of libtorch's. */
    private static final double LIKE_LENGTH = 0.7;

    /** One token for each row that still has room. */
    static StepPlan decode(List<Row> rows) {
        return new StepPlan(
                rows.stream()
                        .filter(r -> r.table != null && !r.done())
                        .map(r -> new Part(r, 1))
                        .toList());
    }

    /**
     * The first text that is not read yet, or as much of it as the bound allows, and others after
     * it: any that still fit if all are few enough to need no filling up, else those of like length
     * that fit whole.
     *
     * @param order in which texts are thought of
     * @param tokens most tokens, filling up included
     * @param ragged whether nothing is filled up in a pass of so many tokens
     */
    static StepPlan prompts(List<Row> order, int tokens, IntPredicate ragged) {
        List<Part> parts = new ArrayList<>();
        int longest = 0;
        int sum = 0;
        for (Row row : order) {
            if (row.table == null || row.unread() < 2) continue;
            int left = row.readable();
            int part = Math.min(left, tokens - sum);
            int wider = Math.max(longest, left);
            boolean packed = ragged.test(sum + part);
            boolean alike =
                    Math.min(parts.isEmpty() ? wider : parts.getFirst().tokens, left)
                            >= LIKE_LENGTH * wider;
            boolean fits = (parts.size() + 1L) * wider <= tokens;
            if (part < 1 || !(parts.isEmpty() || packed || alike && fits)) continue;
            parts.add(new Part(row, part));
            longest = Math.max(longest, part);
            sum += part;
        }
        return new StepPlan(List.copyOf(parts));
    }

    List<Row> rows() {
        return parts.stream().map(Part::row).toList();
    }

    /** Rows that have a next token after the pass, in order. */
    List<Row> ready() {
        return parts.stream().filter(Part::ready).map(Part::row).toList();
    }

    /** Tokens of all rows. */
    int tokens() {
        return parts.stream().mapToInt(Part::tokens).sum();
    }

    StepPlan with(StepPlan other) {
        var both = new ArrayList<>(parts);
        both.addAll(other.parts);
        return new StepPlan(both);
    }

    /** For the vector units: token beside token, those of one adapter next to each other. */
    StepPlan sortedByAdapter() {
        var sorted = new ArrayList<>(parts);
        sorted.sort(
                Comparator.comparingLong(
                        p -> p.row.adapter() == null ? -1 : p.row.adapter().number()));
        return new StepPlan(sorted);
    }

    TokenBatch tokenBatch() {
        int n = tokens();
        int[] ids = new int[n];
        int[] positions = new int[n];
        int[][] blocks = new int[n][];
        @Nullable LowRank[] adapters = new LowRank[n];
        int[] select = new int[ready().size()];
        int at = 0;
        int selected = 0;
        for (Part part : parts) {
            Row row = part.row;
            TorchAdapter adapter = row.adapter();
            for (int t = 0; t < part.tokens; t++, at++) {
                ids[at] = row.tokens()[row.cached + t];
                positions[at] = row.cached + t;
                blocks[at] = Objects.requireNonNull(row.table).blocks();
                adapters[at] = adapter == null ? null : adapter.lowRank();
            }
            if (part.ready()) select[selected++] = at - 1;
        }
        return new TokenBatch(ids, positions, blocks, adapters, select);
    }

    /** For libtorch: a row beside a row, filled up to the longest. */
    Pass pass(int slidingWindow, RowLengths lengths) {
        int time = lengths.of(parts.stream().mapToInt(Part::tokens).max().orElseThrow());
        int reach = parts.stream().mapToInt(p -> p.row.cached + p.tokens).max().orElseThrow();
        int each = (reach + PagedCache.BLOCK - 1) / PagedCache.BLOCK;
        long[] ids = new long[parts.size() * time];
        long[] positions = new long[ids.length];
        long[] blocks = new long[ids.length];
        long[] offsets = new long[ids.length];
        long[] texts = new long[parts.size() * each];
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            Row row = part.row;
            for (int t = 0; t < time; t++) {
                int position = row.cached + Math.min(t, part.tokens - 1);
                int at = i * time + t;
                positions[at] = position;
                if (t >= part.tokens) continue;
                ids[at] = row.tokens()[position];
                blocks[at] = part.block(t);
                offsets[at] = position % PagedCache.BLOCK;
            }
            int own = (row.cached + part.tokens - 1) / PagedCache.BLOCK;
            for (int b = 0; b < each; b++)
                texts[i * each + b] = Objects.requireNonNull(row.table).blocks()[Math.min(b, own)];
        }
        boolean fresh = parts.stream().allMatch(p -> p.row.cached == 0);
        boolean wide = slidingWindow > 0 && reach > slidingWindow;
        Mask mask = fresh && !wide ? Mask.CAUSAL : Mask.CACHED;
        var paged = new Pass.Paged(blocks, offsets, texts, each);
        int[] own = parts.stream().mapToInt(Part::tokens).toArray();
        return new Pass(parts.size(), time, own, ids, positions, null, mask, paged, select(time));
    }

    private long[] select(int time) {
        long[] select = new long[ready().size()];
        int n = 0;
        for (int i = 0; i < parts.size(); i++)
            if (parts.get(i).ready()) select[n++] = (long) i * time + parts.get(i).tokens - 1;
        return select;
    }

    /** Rows grouped by the adapter that answers them; the base's rows are in no group. */
    AdapterGroups adapters() {
        Map<TorchAdapter, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            TorchAdapter adapter = parts.get(i).row.adapter();
            if (adapter != null) groups.computeIfAbsent(adapter, a -> new ArrayList<>()).add(i);
        }
        return new AdapterGroups(
                groups.entrySet().stream()
                        .map(e -> new AdapterGroups.Group(e.getKey(), e.getValue()))
                        .toList());
    }
}
