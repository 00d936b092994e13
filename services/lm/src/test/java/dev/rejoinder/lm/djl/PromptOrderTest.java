package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.generate.BatchGenerator;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who waits for whom while prompts of very different lengths are read. */
class PromptOrderTest {
    private static final int STEP = 16;
    private static final int LONG = 480;
    private static LanguageModel model;

    @BeforeAll
    static void load() {
        var options = EngineOptions.of(Precision.FLOAT32).withThreads(1).withPrefillTokens(STEP);
        model = TinyModels.load(TinyModels.llama(), options);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void aShortPromptBehindALongOneWaitsForAFewStepsOnly() {
        try (BatchGenerator generator = model.generator(2)) {
            Reply longReply = add(generator, GenerationTest.prompt(LONG, 1));
            generator.step();

            Reply shortReply = add(generator, GenerationTest.prompt(30, 2));

            assertThat(stepsUntil(generator, shortReply)).isLessThanOrEqualTo(6);
            assertThat(longReply.tokens()).isEmpty();
        }
    }

    @Test
    void aLongPromptIsReadOnWhileShortOnesKeepComing() {
        try (BatchGenerator generator = model.generator(8)) {
            Reply longReply = add(generator, GenerationTest.prompt(LONG, 1));
            int steps = 0;
            while (longReply.tokens().isEmpty() && steps < 1000) {
                add(generator, GenerationTest.prompt(20, 100 + steps++));
                generator.step();
            }
            assertThat(steps).isLessThan(3 * LONG / STEP);
        }
    }

    @Test
    void aShortPromptDoesNotWaitForALongOneThatBeginsAlike() {
        int[] whole = GenerationTest.prompt(LONG, 3);
        int[] alike = GenerationTest.prompt(40, 4);
        System.arraycopy(whole, 0, alike, 0, 20);
        try (BatchGenerator generator = model.generator(2)) {
            add(generator, whole);
            generator.step();

            Reply reply = add(generator, alike);

            assertThat(stepsUntil(generator, reply)).isLessThanOrEqualTo(8);
        }
    }

    @Test
    void aPromptThatIsMostlyBeingReadAlreadyWaitsForIt() {
        int[] first = GenerationTest.prompt(100, 5);
        int[] second = Arrays.copyOf(first, 104);
        Arrays.fill(second, 98, 104, 9);
        try (BatchGenerator generator = model.generator(2)) {
            Reply one = add(generator, first);
            Reply two = add(generator, second);

            int steps = stepsUntil(generator, one);

            assertThat(steps).isEqualTo(7);
            assertThat(stepsUntil(generator, two)).isLessThanOrEqualTo(2);
        }
    }

    private static Reply add(BatchGenerator generator, int[] prompt) {
        Reply reply = new Reply();
        generator.add(Reply.greedy(prompt, 1), reply);
        return reply;
    }

    private static int stepsUntil(BatchGenerator generator, Reply reply) {
        int steps = 0;
        while (reply.reason() == null && steps < 1000) {
            generator.step();
            steps++;
        }
        return steps;
    }
}
