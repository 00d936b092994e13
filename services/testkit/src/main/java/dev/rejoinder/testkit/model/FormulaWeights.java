package dev.rejoinder.testkit.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Weights by a formula, so that no file is needed to make a model again. Tensors in the order of
 * their sorted names, {@code t} the index of the tensor, {@code i} the row-major index of the
 * element, {@code u = (splitmix64(t << 32 | i) >>> 11) * 2^-53} uniform in [0, 1): a norm's weight
 * is {@code 1 + (u - 0.5) * 0.4}, every other {@code (u - 0.5) * 0.4}.
 */
public final class FormulaWeights {
    private FormulaWeights() {}

    /** Tensors by name, row-major. */
    public static Map<String, float[]> of(Map<String, int[]> shapes) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        long tensor = 0;
        for (Map.Entry<String, int[]> entry : new TreeMap<>(shapes).entrySet()) {
            int count = 1;
            for (int size : entry.getValue()) count *= size;
            double centre = entry.getKey().contains("norm") ? 1 : 0;
            weights.put(entry.getKey(), values(tensor++, count, centre));
        }
        return weights;
    }

    private static float[] values(long tensor, int count, double centre) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double uniform = (splitmix64(tensor << 32 | i) >>> 11) * 0x1p-53;
            values[i] = (float) ((uniform - 0.5) * 0.4 + centre);
        }
        return values;
    }

    /** Steele, Lea and Flood 2014, one step from the state {@code x}. */
    private static long splitmix64(long x) {
        long z = x + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
