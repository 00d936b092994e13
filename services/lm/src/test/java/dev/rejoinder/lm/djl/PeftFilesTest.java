package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.score.Pack;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Adapters that PEFT 0.21 saved, and what PEFT answers with them: {@code peft.json}, made by {@code
 * scripts/peft_figures.py}.
 */
class PeftFilesTest {
    private static final JsonNode GOLDEN = TinyModels.golden("peft.json").get("adapters");
    private static final double TOLERANCE = 1e-4;

    /** By their names in {@code families.json}. */
    private static final Map<String, LanguageModel> MODELS = new HashMap<>();

    @BeforeAll
    static void load() {
        for (JsonNode golden : GOLDEN)
            MODELS.computeIfAbsent(
                    golden.get("family").asText(),
                    family -> TinyModels.load(TinyModels.family(family), Precision.FLOAT32));
        assertThat(MODELS).containsOnlyKeys("llama", "qwen2", "qwen3-head-dim");
    }

    @AfterAll
    static void close() {
        MODELS.values().forEach(LanguageModel::close);
        MODELS.clear();
    }

    private static LanguageModel model(JsonNode golden) {
        return MODELS.get(golden.get("family").asText());
    }

    static Stream<String> adapters() {
        return StreamSupport.stream(((Iterable<String>) GOLDEN::fieldNames).spliterator(), false);
    }

    static Path folder(String name) {
        try {
            var place = PeftFilesTest.class.getResource("/peft/" + name);
            return Path.of(Objects.requireNonNull(place, name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void anAdapterThatPeftSavedScoresRepliesAsItDoesThere(String name) {
        JsonNode golden = GOLDEN.get(name);
        try (var adapter = model(golden).loadAdapter(folder(name))) {

            float[] found = score(golden, adapter);

            assertSame(found, golden.get("log_probs"));
            assertSame(score(golden, null), golden.get("base_log_probs"));
        }
    }

    /** Token by token, where the JVM's vector units read the factors. */
    @ParameterizedTest
    @MethodSource("adapters")
    void anAdapterThatPeftSavedGoesOnAsItDoesThere(String name) {
        JsonNode golden = GOLDEN.get(name);
        int[] prompt = FamiliesTest.ints(golden.get("prompt"));
        int[] said = FamiliesTest.ints(golden.get("reply"));
        int next = golden.get("next").get("id").asInt();
        var reply = new Reply();
        try (var adapter = model(golden).loadAdapter(folder(name));
                var generator = model(golden).generator(1)) {
            int[] all = Arrays.copyOf(said, said.length + 1);
            all[said.length] = next;
            generator.add(
                    new GenerationRequest(
                            prompt,
                            Sampling.greedy(),
                            all.length,
                            List.of(),
                            adapter,
                            () -> new Forced(all)),
                    reply);

            while (generator.step()) {}
        }
        assertThat(reply.tokens()).hasSize(said.length + 1);
        for (int i = 0; i < said.length; i++)
            assertThat(reply.tokens().get(i).logProb())
                    .isCloseTo(golden.get("log_probs").get(i).asDouble(), within(TOLERANCE));
        assertThat(reply.tokens().getLast().logProb())
                .isCloseTo(golden.get("next").get("log_prob").asDouble(), within(TOLERANCE));
    }

    private static float[] score(JsonNode golden, @Nullable Adapter adapter) {
        var pack =
                new Pack(
                        FamiliesTest.ints(golden.get("prompt")),
                        List.of(FamiliesTest.ints(golden.get("reply"))));
        return model(golden).score(List.of(pack), adapter)[0][0];
    }

    private static void assertSame(float[] ours, JsonNode theirs) {
        assertThat(ours).hasSize(theirs.size());
        for (int i = 0; i < ours.length; i++)
            assertThat((double) ours[i])
                    .as("token %d", i)
                    .isCloseTo(theirs.get(i).asDouble(), within(TOLERANCE));
    }
}
