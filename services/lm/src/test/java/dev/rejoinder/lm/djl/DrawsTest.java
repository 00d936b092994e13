package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.Truncation;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Draws beside the logits, against {@link Sampler}, which draws from rows that came to Java. */
class DrawsTest {
    private static final int VOCABULARY = 3000;

    @ParameterizedTest
    @CsvSource({
        "1.0, 0, 1.0, 0",
        "0.3, 0, 1.0, 0",
        "2.0, 0, 1.0, 0",
        "1.0, 1, 1.0, 0",
        "1.0, 40, 1.0, 0",
        "1.0, 5000, 1.0, 0",
        "1.0, 0, 0.9, 0",
        "1.0, 0, 1e-9, 0",
        "1.0, 0, 1.0, 0.1",
        "1.0, 0, 1.0, 1",
        "0.7, 50, 0.8, 0.05"
    })
    void theSameNumberDrawsTheSameTokenAsJavaDoes(
            double temperature, int topK, double topP, double minP) {
        Truncation truncation = new Truncation(topK, topP, minP);
        int rows = 400;
        float[] logits = logits(rows);
        List<Draws.Source> sources = new ArrayList<>();
        long[] expected = new long[rows];
        for (int i = 0; i < rows; i++) {
            float[] row = Arrays.copyOfRange(logits, i * VOCABULARY, (i + 1) * VOCABULARY);
            expected[i] = sampler(temperature, truncation, i).draw(weights(row, temperature));
            sources.add(
                    new Fixed(
                            (float) temperature, truncation, new SplittableRandom(i).nextDouble()));
        }

        assertThat(draw(logits, rows, sources)).containsExactly(expected);
    }

    @Test
    void rowsOfEveryKindShareAPass() {
        float[] logits = logits(4);
        List<Draws.Source> sources =
                List.of(
                        new Fixed(1, Truncation.NONE, 0.5),
                        new Fixed(1, new Truncation(1, 1, 0), 0.99),
                        new Fixed(1e-30f, Truncation.NONE, 0.99),
                        new Fixed(1, Truncation.topP(1e-9), 0.1));

        long[] drawn = draw(logits, 4, sources);

        for (int i = 1; i < 4; i++) {
            float[] row = Arrays.copyOfRange(logits, i * VOCABULARY, (i + 1) * VOCABULARY);
            assertThat(drawn[i]).as("row %d", i).isEqualTo(Sampler.likeliest(row, 1)[0]);
        }
    }

    /**
     * Probabilities 0.5, 0, 0.25, 0.25, two of them equal: of equals the smaller token is first.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 1.0, 0.0, 0",
        "0, 1.0, 0.4999999, 0",
        "0, 1.0, 0.5000001, 2",
        "0, 1.0, 0.9999999999999999, 3",
        "2, 1.0, 0.66, 0",
        "2, 1.0, 0.67, 2",
        "2, 1.0, 0.9999999999999999, 2",
        "0, 0.75, 0.9999999999999999, 2",
        "0, 0.76, 0.9999999999999999, 3"
    })
    void aDistributionIsInvertedByHand(int topK, double topP, double uniform, int token) {
        float zero = Float.NEGATIVE_INFINITY;
        float quarter = (float) Math.log(0.25);
        float[] logits = {(float) Math.log(0.5), zero, quarter, quarter};

        long[] drawn =
                draw(logits, 1, List.of(new Fixed(1, new Truncation(topK, topP, 0), uniform)));

        assertThat(drawn).containsExactly(token);
    }

    /** The binomial's deviation of 4,000 draws is at most 0.008. */
    @Test
    void tokensComeAsOftenAsTheirProbabilities() {
        int rows = 4000;
        float[] logits = new float[rows * 4];
        float[] one = {1, 0, -1, 0.5f};
        List<Draws.Source> sources = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(one, 0, logits, 4 * i, 4);
            sources.add(new Fixed(1, new Truncation(0, 1, 1e-9), random.nextDouble()));
        }

        long[] drawn = draw(logits, rows, sources);

        float[] weights = weights(one, 1);
        double all = weights[0] + weights[1] + weights[2] + weights[3];
        for (int token = 0; token < 4; token++) {
            int wanted = token;
            double share = Arrays.stream(drawn).filter(t -> t == wanted).count() / (double) rows;
            assertThat(share).isCloseTo(weights[token] / all, within(0.03));
        }
    }

    /** What is no number harms its own row alone. */
    @Test
    void aRowThatIsNotFiniteLeavesTheOthersAlone() {
        float[] logits = {Float.NaN, 0, 0, 0, 9, 0, 0, 0, 0, Float.POSITIVE_INFINITY, 0, 0};
        Truncation first = new Truncation(1, 1, 0);

        long[] whole =
                draw(logits, 3, List.of(fixed(), new Fixed(0.01f, Truncation.NONE, 0.5), fixed()));
        long[] cut =
                draw(
                        logits,
                        3,
                        List.of(
                                new Fixed(1, first, 0.5),
                                new Fixed(1, first, 0.5),
                                new Fixed(1, first, 0.5)));

        assertThat(whole[1]).isZero();
        assertThat(cut[1]).isZero();
        assertThat(Arrays.stream(whole)).allMatch(t -> t >= 0 && t < 4);
        assertThat(Arrays.stream(cut)).allMatch(t -> t >= 0 && t < 4);
    }

    private static Fixed fixed() {
        return new Fixed(1, Truncation.NONE, 0.5);
    }

    private record Fixed(float temperature, Truncation truncation, double uniform)
            implements Draws.Source {}

    private static float[] logits(int rows) {
        SplittableRandom random = new SplittableRandom(17);
        float[] logits = new float[rows * VOCABULARY];
        for (int i = 0; i < logits.length; i++) logits[i] = (float) (random.nextGaussian() * 3);
        return logits;
    }

    private static float[] weights(float[] logits, double temperature) {
        float[] weights = new float[logits.length];
        for (int i = 0; i < weights.length; i++)
            weights[i] = (float) Math.exp(logits[i] / (float) temperature);
        return weights;
    }

    private static Sampler sampler(double temperature, Truncation truncation, long seed) {
        var sampling = new Sampling(temperature, truncation, Penalties.NONE, Map.of(), seed, 0);
        return new Sampler(new GenerationRequest(new int[] {1}, sampling, 1, List.of(), null));
    }

    private static long[] draw(float[] logits, int rows, List<? extends Draws.Source> sources) {
        NativeGate gate = NativeGate.acquire();
        try {
            return gate.run(
                    Priority.SERVING,
                    () -> {
                        var files = TinyModels.files(TinyModels.llama());
                        var options = EngineOptions.of(Precision.FLOAT32).withThreads(1);
                        try (var decoder = Decoder.load(files, options, NativeTensors.SLICE);
                                var into = (PtNDManager) decoder.manager().newSubManager()) {
                            var y =
                                    (PtNDArray)
                                            into.create(
                                                    FloatBuffer.wrap(logits),
                                                    new Shape(rows, logits.length / rows));
                            int[] all = IntStream.range(0, rows).toArray();
                            return new Draws(decoder.script()).of(into, y, all, sources);
                        }
                    });
        } finally {
            NativeGate.release();
        }
    }
}
