package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.generate.Truncation;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Draws tokens where the logits are: a number a row goes there and a token comes back, never a row
 * of the vocabulary. The same tokens as {@link Sampler#draw} for the same numbers, but where sums
 * in another order tell two neighbours apart. Native thread only.
 */
final class Draws {
    /** Below it a float32 quotient may be infinite. */
    private static final float COLDEST = 1e-4f;

    private final Script script;

    Draws(Script script) {
        this.script = script;
    }

    /** How a row draws. */
    interface Source {
        /** What its logits are divided by. */
        float temperature();

        Truncation truncation();

        /** The next number of its own random stream, in [0, 1). */
        double uniform();
    }

    /**
     * A token for each source, of its row.
     *
     * @param logits {@code [any, vocabulary]}; a row that is not finite gets any token
     * @param rows of the logits, one for each source
     */
    long[] of(PtNDManager into, PtNDArray logits, int[] rows, List<? extends Source> sources) {
        long[] drawn = new long[rows.length];
        for (boolean whole : new boolean[] {true, false}) {
            int[] own =
                    IntStream.range(0, rows.length)
                            .filter(i -> sources.get(i).truncation().isNone() == whole)
                            .toArray();
            if (own.length == 0) continue;
            int[] ownRows = IntStream.of(own).map(i -> rows[i]).toArray();
            List<? extends Source> ownSources = IntStream.of(own).mapToObj(sources::get).toList();
            long[] tokens = group(into, logits, ownRows, ownSources, whole);
            for (int i = 0; i < own.length; i++) drawn[own[i]] = tokens[i];
        }
        return drawn;
    }

    private long[] group(
            PtNDManager into,
            PtNDArray logits,
            int[] rows,
            List<? extends Source> sources,
            boolean whole) {
        int n = rows.length;
        var column = new Shape(n, 1);
        float[] temperatures = new float[n];
        double[] uniforms = new double[n];
        for (int i = 0; i < n; i++) {
            temperatures[i] = Math.max(COLDEST, sources.get(i).temperature());
            uniforms[i] = sources.get(i).uniform();
        }
        var arguments = new Script.Arguments().tensor(logits);
        arguments.tensor(into.create(IntStream.of(rows).asLongStream().toArray(), new Shape(n)));
        arguments.tensor(into.create(temperatures, column)).tensor(into.create(uniforms, column));
        if (whole) return script.call("draw", arguments).tensor(into).toLongArray();
        long[] k = new long[n];
        double[] p = new double[n];
        double[] m = new double[n];
        for (int i = 0; i < n; i++) {
            Truncation truncation = sources.get(i).truncation();
            k[i] = truncation.topK() == 0 ? Long.MAX_VALUE : truncation.topK();
            p[i] = truncation.topP();
            m[i] = truncation.minP();
        }
        arguments.tensor(into.create(k, column));
        arguments.tensor(into.create(p, column)).tensor(into.create(m, column));
        return script.call("draw_likeliest", arguments).tensor(into).toLongArray();
    }
}
