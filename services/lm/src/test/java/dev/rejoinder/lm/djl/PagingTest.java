package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.Truncation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache that is too small changes when a request is answered, never what it is answered. */
class PagingTest {
    private static final EngineOptions ROOMY = EngineOptions.of(Precision.FLOAT32).withThreads(2);

    static Stream<Arguments> familiesAndUnits() {
        return Stream.of("llama", "mistral-sliding-window", "qwen3-head-dim")
                .flatMap(f -> Stream.of(arguments(f, true), arguments(f, false)));
    }

    @ParameterizedTest
    @MethodSource("familiesAndUnits")
    void rowsThatGiveTheirRoomUpAreAnsweredAsIfEachHadBeenAlone(String family, boolean vectors) {
        EngineOptions options = vectors ? ROOMY : ROOMY.withoutVectors();
        try (var roomy = TinyModels.load(TinyModels.family(family), options);
                var tight =
                        TinyModels.load(TinyModels.family(family), options.withCachedTokens(160));
                var adapter = TinyAdapters.random(roomy, 1);
                var same = TinyAdapters.random(tight, 1)) {
            List<Reply> alone = new ArrayList<>();
            for (GenerationRequest request : requests(adapter))
                alone.addAll(answer(roomy, 1, List.of(request)).replies());

            Answers together = answer(tight, 6, requests(same));

            for (int i = 0; i < alone.size(); i++) {
                assertThat(together.replies().get(i).error()).isNull();
                assertThat(together.replies().get(i).ids())
                        .as("request %d", i)
                        .isEqualTo(alone.get(i).ids());
            }
            assertThat(together.returns()).as("rows that gave their room up").isPositive();
        }
    }

    @Test
    void blocksAreHeldWhileARequestRunsAndByNoneThatEndedOrWasCancelled() {
        try (var model = TinyModels.load(TinyModels.llama(), ROOMY);
                BatchGenerator generator = model.generator(2)) {
            generator.add(endless(GenerationTest.prompt(40, 1), 3, null), new Reply());
            var cancelled =
                    generator.add(endless(GenerationTest.prompt(40, 2), 60, null), new Reply());

            generator.step();
            assertThat(LanguageModels.heldBlocks(generator)).isPositive();

            cancelled.cancel();
            while (generator.step()) Thread.onSpinWait();
            assertThat(LanguageModels.heldBlocks(generator)).isZero();
        }
    }

    /** Prompts of 20 tokens and replies of 60: two rows fill 160 tokens, and six are asked for. */
    private static List<GenerationRequest> requests(Adapter adapter) {
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < 6; i++)
            requests.add(endless(GenerationTest.prompt(20, i), 60, i % 3 == 0 ? adapter : null));
        return requests;
    }

    /** Never the token that ends a reply. */
    private static GenerationRequest endless(int[] prompt, int tokens, @Nullable Adapter adapter) {
        Map<Integer, Double> bias = Map.of(TinyModels.STOP, -100.0);
        var sampling = new Sampling(0.8, Truncation.topP(0.95), Penalties.NONE, bias, 7, 0);
        return new GenerationRequest(prompt, sampling, tokens, List.of(), adapter);
    }

    private record Answers(List<Reply> replies, int returns) {}

    private static Answers answer(
            LanguageModel model, int capacity, List<GenerationRequest> requests) {
        List<Reply> replies = new ArrayList<>();
        int returns = 0;
        try (BatchGenerator generator = model.generator(capacity)) {
            for (GenerationRequest request : requests) {
                Reply reply = new Reply();
                replies.add(reply);
                generator.add(request, reply);
            }
            int waiting = generator.waiting();
            for (boolean more = true; more; ) {
                more = generator.step();
                if (generator.waiting() > waiting) returns++;
                waiting = generator.waiting();
            }
        }
        return new Answers(replies, returns);
    }

    @ParameterizedTest
    @MethodSource("familiesAndUnits")
    void whatEndedChatsHaveReadIsNotReadAgain(String family, boolean vectors) {
        EngineOptions options = vectors ? ROOMY : ROOMY.withoutVectors();
        int[] first = GenerationTest.prompt(100, 3);
        int[] second = Arrays.copyOf(first, 110);
        try (var model = TinyModels.load(TinyModels.family(family), options.withPrefillTokens(32));
                BatchGenerator generator = model.generator(2)) {
            assertThat(steps(generator, first)).isEqualTo(4);

            assertThat(steps(generator, second)).isEqualTo(1);

            try (var adapter = TinyAdapters.random(model, 1)) {
                var other = new GenerationRequest(first, Sampling.greedy(), 1, List.of(), adapter);
                generator.add(other, new Reply());
                assertThat(steps(generator)).isEqualTo(4);
            }
        }
    }

    private static int steps(BatchGenerator generator, int[] prompt) {
        generator.add(Reply.greedy(prompt, 1), new Reply());
        return steps(generator);
    }

    private static int steps(BatchGenerator generator) {
        int steps = 1;
        while (generator.step()) steps++;
        return steps;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReplyEndsWhereTheWholeCacheIsFullAndAPromptThatCannotFitIsRefused(boolean vectors) {
        EngineOptions options = (vectors ? ROOMY : ROOMY.withoutVectors()).withCachedTokens(64);
        try (var model = TinyModels.load(TinyModels.llama(), options);
                BatchGenerator generator = model.generator(1)) {
            Reply reply = new Reply();
            generator.add(endless(GenerationTest.prompt(20, 1), 400, null), reply);
            while (generator.step()) {}

            assertThat(reply.reason()).isEqualTo(FinishReason.LENGTH);
            assertThat(reply.ids()).hasSize(64 - 20 + 1);
            int[] tooLong = GenerationTest.prompt(64, 1);
            assertThatThrownBy(() -> generator.add(Reply.greedy(tooLong, 1), new Reply()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("prompt of 64", "64 tokens that the cache holds");
        }
    }
}
