package dev.rejoinder.reward.flr;

import java.util.Arrays;
import java.util.List;

/** Token arrays. */
final class Tokens {
    private Tokens() {}

    static int[] join(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    static int longest(List<int[]> arrays) {
        return arrays.stream().mapToInt(a -> a.length).max().orElse(0);
    }

    /** {@code s = (1/|f|) sum_t log p(f_t | ...)}. */
    static double mean(float[] logProbs) {
        double sum = 0;
        for (float p : logProbs) sum += p;
        return sum / logProbs.length;
    }
}
