package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemperatureTest {
    /** 1e-50 is no float above 0, 1e-38 divides logits into infinity. */
    @ParameterizedTest
    @CsvSource({
        "1e-50, 1, true",
        "1e-50, 0.9, true",
        "1e-38, 0.9, true",
        "1e-50, 1, false",
        "1e-50, 0.9, false",
        "1e-38, 0.9, false"
    })
    void nextToNothingIsGreedyAndHarmsNobodyInTheBatch(
            double temperature, double topP, boolean vectors) {
        var options = EngineOptions.of(Precision.FLOAT32).withThreads(1);
        int[] prompt = GenerationTest.prompt(20, 1);
        try (LanguageModel model =
                        TinyModels.load(
                                TinyModels.llama(), vectors ? options : options.withoutVectors());
                BatchGenerator generator = model.generator(3)) {
            Reply greedy = add(generator, prompt, 0, 1);
            Reply cold = add(generator, prompt, temperature, topP);
            Reply warm = add(generator, GenerationTest.prompt(20, 2), 1, topP);

            while (generator.step()) {}

            assertThat(cold.error()).isNull();
            assertThat(warm.error()).isNull();
            assertThat(cold.ids()).isEqualTo(greedy.ids());
        }
    }

    private static Reply add(
            BatchGenerator generator, int[] prompt, double temperature, double topP) {
        Reply reply = new Reply();
        var sampling = new Sampling(temperature, topP, 3, 0);
        generator.add(new GenerationRequest(prompt, sampling, 8, List.of(), null), reply);
        return reply;
    }
}
