package dev.rejoinder.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a softmax over all logits at once, in double precision. */
class FusedHeadTest {
    private static final long SEED = 20261130;
    private static final int WIDTH = 40;
    private static final int VOCABULARY = 1700;
    private final Arena arena = Arena.ofShared();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @AfterEach
    void close() {
        arena.close();
    }

    /** 300 states are two chunks; some predict several targets, some none. */
    @Test
    void logProbabilitiesAndGradientsAreThoseOfTheWholeVocabulary() {
        Matrix head = head(1);
        float[] hidden = hidden(300, 2);
        int[] rows = random.ints(400, 0, 300).sorted().toArray();
        long[] targets = random.longs(rows.length, 0, VOCABULARY).toArray();
        float[] gradients = new float[rows.length * WIDTH];

        float[] logProbs;
        float[] without;
        try (var team = new Team(2);
                var fused = new FusedHead(new PlainGemm(), head, team)) {
            logProbs = fused.logProbs(hidden, rows, targets, gradients);
            without = fused.logProbs(hidden, rows, targets, null);
        }

        assertThat(without).containsExactly(logProbs, within(1e-5f));
        for (int i = 0; i < rows.length; i++) {
            double[] p = probabilities(head, hidden, rows[i]);
            assertThat((double) logProbs[i])
                    .as("target %d", i)
                    .isCloseTo(Math.log(p[(int) targets[i]]), within(1e-4));
            for (int k = 0; k < WIDTH; k++) {
                double mean = 0;
                for (int v = 0; v < VOCABULARY; v++) mean += p[v] * head.at(v, k);
                assertThat((double) gradients[i * WIDTH + k])
                        .isCloseTo(head.at((int) targets[i], k) - mean, within(2e-3));
            }
        }
    }

    /**
     * Logits rise by hundreds from tile to tile: what was summed before counts for nothing then.
     */
    @Test
    void logitsFarApartOverflowNothing() {
        Matrix head = head(200);
        float[] hidden = hidden(3, 2);
        int[] rows = {0, 1, 2};
        long[] targets = {5, 900, 1699};

        float[] logProbs;
        float[] gradients = new float[3 * WIDTH];
        try (var team = new Team(3);
                var fused = new FusedHead(new PlainGemm(), head, team)) {
            logProbs = fused.logProbs(hidden, rows, targets, gradients);
        }

        for (int i = 0; i < 3; i++) {
            double exact = Math.log(probabilities(head, hidden, i)[(int) targets[i]]);
            assertThat((double) logProbs[i])
                    .isCloseTo(Math.max(exact, -1e4), within(Math.abs(exact) * 1e-4 + 1e-3));
        }
        for (float g : gradients) assertThat(g).isFinite();
    }

    @Test
    void aStateThatIsNotFiniteSpoilsItsOwnTargetsOnly() {
        Matrix head = head(1);
        float[] hidden = hidden(4, 2);
        hidden[2 * WIDTH + 7] = Float.NaN;

        float[] logProbs;
        try (var team = new Team(1);
                var fused = new FusedHead(new PlainGemm(), head, team)) {
            logProbs = fused.logProbs(hidden, new int[] {1, 2, 3}, new long[] {1, 2, 3}, null);
        }

        assertThat(logProbs[1]).isNaN();
        assertThat(logProbs[0]).isFinite();
        assertThat(logProbs[2]).isFinite();
    }

    private Matrix head(float scale) {
        MemorySegment memory = arena.allocate(2L * VOCABULARY * WIDTH, 64);
        for (int i = 0; i < VOCABULARY * WIDTH; i++)
            Numbers.narrow(Format.BFLOAT16, memory, i, scale * (random.nextFloat() - 0.5f));
        return Matrix.of(Format.BFLOAT16, memory, VOCABULARY, WIDTH);
    }

    /** Numbers that are bfloat16 already, so that nothing is lost by rounding them. */
    private float[] hidden(int states, float scale) {
        float[] hidden = new float[states * WIDTH];
        for (int i = 0; i < hidden.length; i++)
            hidden[i] = BFloat16.toFloat(BFloat16.of(scale * (random.nextFloat() - 0.5f)));
        return hidden;
    }

    private static double[] probabilities(Matrix head, float[] hidden, int row) {
        double[] logits = new double[VOCABULARY];
        for (int v = 0; v < VOCABULARY; v++)
            for (int k = 0; k < WIDTH; k++)
                logits[v] += (double) head.at(v, k) * hidden[row * WIDTH + k];
        double most = Arrays.stream(logits).max().orElseThrow();
        double sum = Arrays.stream(logits).map(l -> Math.exp(l - most)).sum();
        return Arrays.stream(logits).map(l -> Math.exp(l - most) / sum).toArray();
    }
}
