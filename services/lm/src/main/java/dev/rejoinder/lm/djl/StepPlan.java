package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.djl.DecoderSource.Mask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one pass of a step moves on, and by how many tokens at most: a chunk of prompts, or
 * one token each.
 */
record StepPlan(List<Row> rows, int time, int slidingWindow) {
    /** Rows whose rest is at least so much of the longest share a prefill. */
    private static final double LIKE_LENGTH = 0.7;

    /**
     * The oldest prompt that is not read yet, with others of like length if they start as well and
     * the bound allows; null if all are read. A row whose beginning an earlier one is about to read
     * waits for it.
     */
    static @Nullable StepPlan prefill(List<Row> running, int tokens, int slidingWindow) {
        List<Row> unread = withoutFollowers(running.stream().filter(r -> !r.decodes()).toList());
        if (unread.isEmpty()) return null;
        Row first = unread.getFirst();
        int time = Math.min(tokens, first.promptLeft());
        var rows = new ArrayList<Row>(List.of(first));
        if (first.cached == 0 && time == first.promptLeft()) {
            int longest = time;
            for (Row row : unread.subList(1, unread.size())) {
                int wider = Math.max(longest, row.promptLeft());
                boolean alike = Math.min(time, row.promptLeft()) >= LIKE_LENGTH * wider;
                if (row.cached > 0 || !alike || (rows.size() + 1) * wider > tokens) continue;
                rows.add(row);
                longest = wider;
            }
            time = longest;
        }
        rows.sort(Comparator.comparingInt(r -> r.slot));
        return new StepPlan(List.copyOf(rows), time, slidingWindow);
    }

    /** Without those that will share the beginning of one before them. */
    private static List<Row> withoutFollowers(List<Row> unread) {
        List<Row> leaders = new ArrayList<>();
        for (Row row : unread) {
            boolean follows =
                    row.cached == 0
                            && leaders.stream()
                                    .anyMatch(l -> row.isWorthSharing(row.sharedBeginning(l)));
            if (!follows) leaders.add(row);
        }
        return leaders;
    }

    static StepPlan decode(List<Row> rows, int slidingWindow) {
        var sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparingInt(r -> r.slot));
        return new StepPlan(List.copyOf(sorted), 1, slidingWindow);
    }

    /** Tokens of this row in the pass, padding not counted. */
    int length(Row row) {
        return row.prefilled() ? 1 : Math.min(time, row.promptLeft());
    }

    /** Rows that have a next token after the pass. */
    List<Row> ready() {
        return rows.stream().filter(r -> length(r) >= r.promptLeft()).toList();
    }

    /** Cached tokens that the pass needs room for, padding included. */
    int reach() {
        return rows.stream().mapToInt(r -> r.cached + time).max().orElseThrow();
    }

    Pass pass() {
        long[] ids = new long[rows.size() * time];
        long[] positions = new long[ids.length];
        long[] slots = new long[rows.size()];
        for (int i = 0; i < slots.length; i++) {
            Row row = rows.get(i);
            slots[i] = row.slot;
            int length = length(row);
            for (int t = 0; t < time; t++) {
                positions[i * time + t] = row.cached + t;
                if (t < length) ids[i * time + t] = row.token(row.cached + t);
            }
        }
        return new Pass(slots.length, time, ids, positions, null, mask(), reach(), slots, select());
    }

    private Mask mask() {
        boolean fresh = rows.stream().allMatch(r -> r.cached == 0);
        if (slidingWindow > 0 && reach() > slidingWindow) return Mask.CACHED;
        if (fresh) return Mask.CAUSAL;
        boolean alike = rows.stream().allMatch(r -> r.cached + time == reach());
        return time == 1 && alike ? Mask.OPEN : Mask.CACHED;
    }

    private long[] select() {
        return ready().stream()
                .mapToLong(r -> (long) rows.indexOf(r) * time + length(r) - 1)
                .toArray();
    }

    /** Rows grouped by the adapter that answers them; the base's rows are in no group. */
    AdapterGroups adapters() {
        Map<TorchAdapter, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            TorchAdapter adapter = rows.get(i).adapter();
            if (adapter != null) groups.computeIfAbsent(adapter, a -> new ArrayList<>()).add(i);
        }
        return new AdapterGroups(
                groups.entrySet().stream()
                        .map(e -> new AdapterGroups.Group(e.getKey(), e.getValue()))
                        .toList());
    }
}
