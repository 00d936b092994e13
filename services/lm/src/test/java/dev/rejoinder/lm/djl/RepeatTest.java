package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.Truncation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same request gives the same tokens again. Their log-probabilities may differ in the last
 * bits: a JVM sums lanes in another order once it has compiled the sum.
 */
class RepeatTest {
    @ParameterizedTest
    @CsvSource({
        "FLOAT32, true",
        "FLOAT32, false",
        "BFLOAT16, true",
        "BFLOAT16, false",
        "INT8, true"
    })
    void alsoWhereTheCacheKnowsItsBeginning(Precision precision, boolean vectors) {
        EngineOptions options = EngineOptions.of(precision).withThreads(2).withPrefillTokens(64);
        if (!vectors) options = options.withoutVectors();
        try (LanguageModel model = TinyModels.load(TinyModels.llama(), options);
                BatchGenerator generator = model.generator(4)) {
            for (int length : new int[] {2, 16, 17, 24, 30, 64, 65, 100, 150}) {
                GenerationRequest request = request(GenerationTest.prompt(length, length));
                Reply first = reply(generator, request);

                Reply again = reply(generator, request);

                assertThat(again.ids()).as("a prompt of %d tokens", length).isEqualTo(first.ids());
                for (int i = 0; i < 40; i++)
                    assertThat(again.tokens().get(i).logProb())
                            .isCloseTo(first.tokens().get(i).logProb(), within(1e-3));
            }
        }
    }

    private static GenerationRequest request(int[] prompt) {
        Map<Integer, Double> endless = Map.of(TinyModels.STOP, -100.0);
        var sampling = new Sampling(1.1, Truncation.NONE, Penalties.NONE, endless, 5, 0);
        return new GenerationRequest(prompt, sampling, 40, List.of(), null);
    }

    private static Reply reply(BatchGenerator generator, GenerationRequest request) {
        Reply reply = new Reply();
        generator.add(request, reply);
        while (generator.step()) {}
        assertThat(reply.error()).isNull();
        return reply;
    }
}
