package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.vector.VectorDecoder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What bytes and halves cost: the perplexity of a text that is decoded token by token. */
class SmolLmInt8Test {
    private static final String TEXT =
            """
            The ferry left at six, before the shops had opened, with eleven people and a crate of hens on board. \
            Marta stood at the rail and counted the lights along the shore until the fog took them one by one. \
            She had packed in the dark: two shirts, a kettle, the letter from the school, and a jar of honey that \
            her neighbour had pressed into her hands without a word. Nobody on the island had asked for a teacher \
            in four years, and the last one had stayed for a single winter. The captain, who knew everything, said \
            that there were nine children, that three of them could read, and that the stove in the schoolhouse \
            smoked when the wind came from the north. Then he went below to look after the engine.

            Water boils at a lower temperature on a mountain because the air above it weighs less. At sea level it \
            takes one hundred degrees; at three thousand metres, about ninety. Rice and beans therefore need more \
            time there, and tea never tastes quite as strong. A pressure cooker turns this around: its lid holds \
            the steam back, the pressure rises, and the water can become much hotter before it boils.

            Dear Mr Okafor, thank you for your letter of the third of May. We have looked at the invoice again and \
            you are right: the second delivery was charged twice. The amount will be returned to your account \
            within five working days. Please accept our apologies, and let us know if anything else is unclear.
            """;

    private static double wide;

    /**
     * Without the vector units nothing would be read as bytes, and the test would prove nothing.
     */
    @BeforeAll
    static void readTheTextInFloat32() {
        assertThat(VectorDecoder.available()).isTrue();

        wide = perplexity(Precision.FLOAT32);

        assertThat(wide).isBetween(5.0, 80.0);
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "BFLOAT16"})
    void fewerBitsChangeThePerplexityByLessThanAHundredth(Precision precision) {
        double narrow = perplexity(precision);

        assertThat(narrow / wide).isCloseTo(1, within(0.01)).isNotEqualTo(1);
    }

    private static double perplexity(Precision precision) {
        try (LanguageModel model = SmolLm.load(precision);
                var generator = model.generator(1)) {
            int[] tokens = model.tokenizer().encode(TEXT);
            int[] rest = Arrays.copyOfRange(tokens, 8, tokens.length);
            var request =
                    new GenerationRequest(
                            Arrays.copyOf(tokens, 8),
                            Sampling.greedy(),
                            rest.length,
                            List.of(),
                            null,
                            () -> new Forced(rest));
            Reply reply = new Reply();
            generator.add(request, reply);
            while (generator.step()) {}
            assertThat(reply.ids()).hasSize(rest.length);
            return Math.exp(
                    -reply.tokens().stream()
                            .mapToDouble(GeneratedToken::logProb)
                            .average()
                            .orElseThrow());
        }
    }
}
