package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.vector.LowRank;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The adapters of a pass, each with the rows that it answers; the base's rows are in no group. */
record AdapterGroups(List<Group> groups) {
    static final AdapterGroups NONE = new AdapterGroups(List.of());

    /**
     * One adapter.
     *
     * @param rows of the pass; empty for all
     */
    record Group(TorchAdapter adapter, List<Integer> rows) {
        private boolean covers(int all) {
            return rows.isEmpty() || rows.size() == all;
        }

        private PtNDArray indices(PtNDManager into) {
            long[] indices = rows.stream().mapToLong(i -> i).toArray();
            return (PtNDArray) into.create(indices, new Shape(indices.length));
        }
    }

    static AdapterGroups forAll(@Nullable TorchAdapter adapter) {
        return adapter == null ? NONE : new AdapterGroups(List.of(new Group(adapter, List.of())));
    }

    /** What answers each row, as Java reads it. */
    @Nullable LowRank[] lowRanks(int rows) {
        @Nullable LowRank[] all = new LowRank[rows];
        for (Group group : groups)
            if (group.rows.isEmpty()) Arrays.fill(all, group.adapter.lowRank());
            else for (int row : group.rows) all[row] = group.adapter.lowRank();
        return all;
    }

    /** Adds the factors of all, then the rows of each; no rows where one answers all. */
    void addTo(Script.Arguments arguments, PtNDManager into, int rows) {
        arguments.tensors(
                groups.stream()
                        .flatMap(g -> g.adapter.tensors().stream())
                        .toArray(PtNDArray[]::new));
        boolean split = groups.size() > 1 || groups.stream().anyMatch(g -> !g.covers(rows));
        arguments.tensors(
                split
                        ? groups.stream().map(g -> g.indices(into)).toArray(PtNDArray[]::new)
                        : new PtNDArray[0]);
    }
}
