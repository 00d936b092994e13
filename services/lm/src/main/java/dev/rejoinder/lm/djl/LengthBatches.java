package dev.rejoinder.lm.djl;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Texts of like length share a pass: little of it is filling up. */
final class LengthBatches {
    private LengthBatches() {}

    /**
     * The shortest first, as many together as fit once they are filled up to the longest; one that
     * is too long by itself is alone.
     *
     * @param lengths of the texts
     * @param tokens most of a pass
     * @return indices of the texts, batch after batch
     */
    static List<List<Integer>> of(int[] lengths, int tokens) {
        List<List<Integer>> batches = new ArrayList<>();
        List<Integer> batch = new ArrayList<>();
        List<Integer> rising =
                IntStream.range(0, lengths.length)
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> lengths[i]))
                        .toList();
        for (int i : rising) {
            if (!batch.isEmpty() && (batch.size() + 1) * lengths[i] > tokens) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(i);
        }
        if (!batch.isEmpty()) batches.add(batch);
        return batches;
    }
}
