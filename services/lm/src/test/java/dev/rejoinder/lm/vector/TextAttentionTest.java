package dev.rejoinder.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelConfig.RopeScaling;
import dev.rejoinder.lm.vector.TextBatch.Text;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a softmax over all that a token sees, in double precision. */
class TextAttentionTest {
    private static final long SEED = 20261130;
    private static final int SIZE = 24;
    private static final int KEY_HEADS = 2;
    private static final int GROUP = 3;
    private static final int HEADS = KEY_HEADS * GROUP;
    private static final int ROW = (HEADS + 2 * KEY_HEADS) * SIZE;

    private final Arena arena = Arena.ofShared();
    private final Team team = new Team(2);
    private final SplittableRandom random = new SplittableRandom(SEED);

    @AfterEach
    void close() {
        team.close();
        arena.close();
    }

    private static ModelConfig config(int window) {
        return new ModelConfig(
                "llama",
                1,
                HEADS * SIZE,
                8,
                HEADS,
                KEY_HEADS,
                SIZE,
                100,
                2048,
                1e-5,
                1e4,
                RopeScaling.none(),
                window,
                false,
                false,
                true);
    }

    /**
     * Texts of several tiles of queries and of keys; what one adds to the cache another goes on
     * from.
     */
    @ParameterizedTest
    @CsvSource({"0, FLOAT32", "0, BFLOAT16", "20, FLOAT32", "300, FLOAT32"})
    void textsInPartsSeeWhatStandsBeforeThem(int window, Format format) {
        int[] lengths = {1, 40, 650, 17};
        PagedCache cache = cache(format, 60);
        List<int[]> blocks = new ArrayList<>();
        int next = 60;
        for (int length : lengths) {
            int[] own = new int[(length + 15) / 16];
            for (int i = 0; i < own.length; i++) own[i] = --next;
            blocks.add(own);
        }
        float[][] texts = new float[lengths.length][];
        for (int t = 0; t < texts.length; t++) texts[t] = numbers(lengths[t] * ROW);
        try (var attention =
                new TextAttention(config(window), new PlainGemm(), format, team, false)) {
            int[] read = new int[lengths.length];
            for (int part = 0; part < 3; part++) {
                List<Text> now = new ArrayList<>();
                List<float[]> rows = new ArrayList<>();
                List<Integer> which = new ArrayList<>();
                int from = 0;
                for (int t = 0; t < lengths.length; t++) {
                    int count = part == 2 ? lengths[t] - read[t] : lengths[t] / 3;
                    if (count == 0) continue;
                    now.add(new Text(from, count, read[t], blocks.get(t), null));
                    rows.add(Arrays.copyOfRange(texts[t], read[t] * ROW, (read[t] + count) * ROW));
                    which.add(t);
                    from += count;
                }
                float[] out = attend(attention, batch(now, from, null), cache, rows, format);
                for (int i = 0; i < now.size(); i++) {
                    Text text = now.get(i);
                    float[] all = texts[which.get(i)];
                    for (int token = 0; token < text.count(); token++) {
                        int at = text.cached() + token;
                        int first = window == 0 ? 0 : Math.max(0, at - window + 1);
                        assertRow(
                                out,
                                text.from() + token,
                                all,
                                at,
                                (q, k) -> k >= first && k <= q ? 1 : 0);
                    }
                    read[which.get(i)] += text.count();
                }
            }
        }
    }

    /** A trunk of 30 tokens, then branches of 5 that do not see one another, twice in a pass. */
    @ParameterizedTest
    @CsvSource({"0, 60", "12, 60", "0, 300"})
    void branchesOfATreeSeeTheTrunkAndThemselves(int window, int branches) {
        int trunk = 30;
        int length = trunk + 5 * branches;
        int[] last = new int[2 * length];
        int[] positions = new int[2 * length];
        for (int i = 0; i < 2 * length; i++) {
            int token = i % length;
            int branch = (token - trunk) / 5;
            last[i] = token < trunk ? length - 1 : trunk + 5 * branch + 4;
            positions[i] = token < trunk ? token : trunk + (token - trunk) % 5;
        }
        List<Text> texts =
                List.of(
                        new Text(0, length, 0, new int[0], null),
                        new Text(length, length, 0, new int[0], null));
        List<float[]> rows = List.of(numbers(length * ROW), numbers(length * ROW));
        var batch = new TextBatch(new int[2 * length], positions, last, texts);
        try (var attention =
                new TextAttention(config(window), new PlainGemm(), Format.FLOAT32, team, false)) {
            float[] out = attend(attention, batch, null, rows, Format.FLOAT32);

            for (int t = 0; t < 2; t++)
                for (int token = 0; token < length; token += 7)
                    assertRow(
                            out,
                            t * length + token,
                            rows.get(t),
                            token,
                            (q, k) ->
                                    k <= q
                                                    && last[k] >= q
                                                    && (window == 0
                                                            || positions[q] - positions[k] < window)
                                            ? 1
                                            : 0);
        }
    }

    /** Scores a thousand apart: what is summed first counts for nothing. */
    @Test
    void largeScoresOverflowNothing() {
        int length = 600;
        float[] rows = numbers(length * ROW);
        for (int t = 0; t < length; t++)
            for (int i = 0; i < (HEADS + KEY_HEADS) * SIZE; i++)
                rows[t * ROW + i] = t > 300 ? 20 : rows[t * ROW + i];
        var text = new Text(0, length, 0, new int[0], null);
        try (var attention =
                new TextAttention(config(0), new PlainGemm(), Format.FLOAT32, team, false)) {
            float[] out =
                    attend(
                            attention,
                            batch(List.of(text), length, null),
                            null,
                            List.of(rows),
                            Format.FLOAT32);

            for (int token = 0; token < length; token += 50)
                assertRow(out, token, rows, token, (q, k) -> k <= q ? 1 : 0);
        }
    }

    private static TextBatch batch(List<Text> texts, int size, int @Nullable [] last) {
        int[] positions = new int[size];
        for (Text text : texts)
            for (int i = 0; i < text.count(); i++) positions[text.from() + i] = text.cached() + i;
        return new TextBatch(new int[size], positions, last, texts);
    }

    private float[] attend(
            TextAttention attention,
            TextBatch batch,
            @Nullable PagedCache cache,
            List<float[]> rows,
            Format format) {
        attention.begin(batch, cache);
        attention.memory().enter(0);
        team.wake();
        attention.memory().gather(0);
        for (int t = 0; t < rows.size(); t++)
            for (int i = 0; i < batch.texts().get(t).count(); i++)
                attention
                        .memory()
                        .put(0, t, i, Arrays.copyOfRange(rows.get(t), i * ROW, (i + 1) * ROW), 0);
        MemorySegment out = attention.attend();
        team.rest();
        float[] all = new float[batch.size() * HEADS * SIZE];
        for (int i = 0; i < all.length; i++)
            all[i] =
                    format == Format.FLOAT32
                            ? out.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                            : PlainGemm.half(out, i);
        return all;
    }

    private void assertRow(float[] out, int at, float[] rows, int q, IntBinaryOperator sees) {
        for (int head = 0; head < HEADS; head++) {
            double[] weights = new double[q + 1];
            double most = Double.NEGATIVE_INFINITY;
            for (int k = 0; k <= q; k++) {
                weights[k] = Double.NEGATIVE_INFINITY;
                if (sees.applyAsInt(q, k) == 0) continue;
                double dot = 0;
                for (int d = 0; d < SIZE; d++)
                    dot +=
                            (double) rows[q * ROW + head * SIZE + d]
                                    * rows[k * ROW + (HEADS + head / GROUP) * SIZE + d];
                weights[k] = dot / Math.sqrt(SIZE);
                most = Math.max(most, weights[k]);
            }
            double sum = 0;
            for (int k = 0; k <= q; k++) sum += weights[k] = Math.exp(weights[k] - most);
            for (int d = 0; d < SIZE; d += 5) {
                double expected = 0;
                for (int k = 0; k <= q; k++)
                    expected +=
                            weights[k]
                                    / sum
                                    * rows[k * ROW + (HEADS + KEY_HEADS + head / GROUP) * SIZE + d];
                assertThat((double) out[(at * HEADS + head) * SIZE + d])
                        .as("token %d, head %d", at, head)
                        .isCloseTo(expected, within(6e-3));
            }
        }
    }

    private PagedCache cache(Format format, int blocks) {
        long bytes = (long) blocks * KEY_HEADS * SIZE * 16 * format.bytes();
        return new PagedCache(
                format,
                new MemorySegment[] {arena.allocate(bytes, 64)},
                new MemorySegment[] {arena.allocate(bytes, 64)});
    }

    /** bfloat16 already, so that nothing but weights is rounded. */
    private float[] numbers(int count) {
        float[] all = new float[count];
        for (int i = 0; i < count; i++)
            all[i] = BFloat16.toFloat(BFloat16.of(2 * (random.nextFloat() - 0.5f)));
        return all;
    }
}
