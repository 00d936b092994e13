package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.lm.generate.Truncation;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationTest {
    private static final long SEED = 20261123;
    private static LanguageModel model;

    @BeforeAll
    static void load() {
        model = TinyModels.load(TinyModels.llama(), Precision.FLOAT32);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void aRequestSaysTheSameAloneAndAmongOthersThatComeAndGo() {
        List<GenerationRequest> requests = requests(9, null);

        List<Reply> together = answer(model, 3, requests);

        for (int i = 0; i < requests.size(); i++)
            assertThat(together.get(i).ids())
                    .describedAs("request %d of seed %d", i, SEED)
                    .isEqualTo(answer(model, 1, List.of(requests.get(i))).getFirst().ids());
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral-sliding-window", "qwen3-head-dim"})
    void rowsWhosePromptsBeginAlikeAreAnsweredAsIfEachWereAlone(String family) {
        int[] chat = prompt(23, 7);
        int[] longer = Arrays.copyOf(chat, 31);
        int[] shorter = Arrays.copyOf(chat, 9);
        var requests = new ArrayList<GenerationRequest>();
        for (int[] prompt : List.of(chat, chat, longer, prompt(23, 8), chat, shorter, longer))
            requests.add(
                    new GenerationRequest(prompt, lively(requests.size()), 12, List.of(), null));
        var inChunks = EngineOptions.of(Precision.FLOAT32).withThreads(1).withPrefillTokens(8);

        try (var whole = TinyModels.load(family(family), Precision.FLOAT32);
                var chunked = TinyModels.load(family(family), inChunks);
                var adapter = TinyAdapters.random(whole, 1)) {
            requests.add(new GenerationRequest(chat, lively(7), 12, List.of(), adapter));
            List<Reply> together = answer(whole, 5, requests);
            List<Reply> slowly = answer(chunked, 7, requests.subList(0, 7));

            for (int i = 0; i < requests.size(); i++) {
                List<Integer> alone = answer(whole, 1, List.of(requests.get(i))).getFirst().ids();
                assertThat(together.get(i).ids()).describedAs("request %d", i).isEqualTo(alone);
                if (i < 7) assertThat(slowly.get(i).ids()).isEqualTo(alone);
            }
        }
    }

    private static Sampling lively(long seed) {
        return new Sampling(1.2, 0.95, seed, 0);
    }

    @Test
    void penaltiesBiasAndTruncationAreEachRequestsOwnInAnyBatch() {
        int[] prompt = prompt(12, 4);
        var plain = new Sampling(1, 1, 3, 0);
        List<Sampling> samplings =
                List.of(
                        plain,
                        shaped(Truncation.NONE, new Penalties(1.5, 0, 0), Map.of()),
                        shaped(Truncation.NONE, new Penalties(1, 2, 1), Map.of()),
                        shaped(new Truncation(3, 0.9, 0.1), Penalties.NONE, Map.of()),
                        shaped(Truncation.NONE, Penalties.NONE, Map.of(7, 100.0)),
                        Sampling.greedy());
        List<GenerationRequest> requests =
                samplings.stream()
                        .map(s -> new GenerationRequest(prompt, s, 10, List.of(), null))
                        .toList();

        List<Reply> together = answer(model, 6, requests);

        for (int i = 0; i < requests.size(); i++)
            assertThat(together.get(i).ids())
                    .as("%s", samplings.get(i))
                    .isEqualTo(answer(model, 1, List.of(requests.get(i))).getFirst().ids());
        assertThat(together.get(4).ids()).containsOnly(7).hasSize(10);
        assertThat(together.get(2).ids()).isNotEqualTo(together.get(0).ids());
    }

    private static Sampling shaped(
            Truncation truncation, Penalties penalties, Map<Integer, Double> bias) {
        return new Sampling(1, truncation, penalties, bias, 3, 0);
    }

    @Test
    void eachRowIsAnsweredByItsOwnAdapterAndTheBasesRowsByNone() {
        try (var first = TinyAdapters.random(model, 1);
                var second = TinyAdapters.random(model, 2)) {
            var requests = new ArrayList<GenerationRequest>();
            Adapter[] adapters = {first, null, second, null, first};
            for (Adapter adapter : adapters) requests.addAll(requests(1, adapter));

            List<Reply> together = answer(model, 5, requests);

            for (int i = 0; i < adapters.length; i++)
                assertThat(together.get(i).ids())
                        .isEqualTo(answer(model, 1, List.of(requests.get(i))).getFirst().ids());
            assertThat(together.get(0).ids()).isNotEqualTo(together.get(1).ids());
            assertThat(together.get(0).ids()).isNotEqualTo(together.get(2).ids());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral-sliding-window", "qwen3-head-dim"})
    void aPromptReadInChunksIsAnsweredAsOneReadAtOnce(String family) {
        ModelConfig config = family(family);
        var request = new GenerationRequest(prompt(37, 5), Sampling.greedy(), 12, List.of(), null);
        var inChunks = EngineOptions.of(Precision.FLOAT32).withThreads(1).withPrefillTokens(8);

        try (var whole = TinyModels.load(config, Precision.FLOAT32);
                var chunked = TinyModels.load(config, inChunks)) {
            assertThat(answer(chunked, 1, List.of(request)).getFirst().ids())
                    .isEqualTo(answer(whole, 1, List.of(request)).getFirst().ids())
                    .isNotEmpty();
        }
    }

    @Test
    void aGeneratedTokensLogProbabilityIsItsScoreUnderTheUnmodifiedDistribution() {
        int[] prompt = prompt(6, 3);
        var sampling = new Sampling(1.5, 0.9, 4, 3);

        Reply reply =
                answer(
                                model,
                                1,
                                List.of(
                                        new GenerationRequest(
                                                prompt, sampling, 8, List.of(), null)))
                        .getFirst();

        int[] ids = reply.ids().stream().mapToInt(i -> i).toArray();
        float[] scored = model.score(List.of(new Pack(prompt, List.of(ids))), null)[0][0];
        for (int i = 0; i < ids.length; i++) {
            GeneratedToken token = reply.tokens().get(i);
            assertThat(token.logProb()).isCloseTo(scored[i], within(1e-4));
            assertThat(token.top()).hasSize(3);
            assertThat(token.top().getFirst().logProb()).isGreaterThanOrEqualTo(token.logProb());
        }
    }

    @Test
    void aStopTextThatSpansTwoTokensEndsTheReplyBeforeIt() {
        var request = new GenerationRequest(prompt(5, 9), Sampling.greedy(), 10, List.of(), null);
        Reply unstopped = answer(model, 1, List.of(request)).getFirst();
        String whole = unstopped.text();
        int border = whole.indexOf('>') + 1;
        String stop = whole.substring(border - 2, border + 2);
        var stopping =
                new GenerationRequest(
                        request.prompt(), request.sampling(), 10, List.of(stop), null);

        Reply reply = answer(model, 1, List.of(stopping)).getFirst();

        assertThat(reply.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(reply.reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void aCancelledRowGivesItsSlotToTheNextInLine() {
        try (BatchGenerator generator = model.generator(1)) {
            var running = new Reply();
            var next = new Reply();
            var ticket = generator.add(Reply.greedy(prompt(4, 1), 100), running);
            generator.add(Reply.greedy(prompt(4, 2), 2), next);
            generator.step();
            assertThat(generator.running()).isEqualTo(1);
            assertThat(generator.waiting()).isEqualTo(1);

            ticket.cancel();
            generator.step();

            assertThat(running.reason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(generator.waiting()).isZero();
            assertThat(next.ids()).hasSize(1);
        }
    }

    @Test
    void aSinkThatFailsEndsItsOwnRowOnly() {
        var good = new Reply();
        var failing =
                new TokenSink() {
                    private @Nullable FinishReason reason;

                    @Override
                    public void token(GeneratedToken token) {
                        throw new IllegalStateException("client is gone");
                    }

                    @Override
                    public void finished(
                            FinishReason reason, String rest, @Nullable RuntimeException error) {
                        this.reason = reason;
                    }
                };
        try (BatchGenerator generator = model.generator(2)) {
            generator.add(Reply.greedy(prompt(4, 1), 5), failing);
            generator.add(Reply.greedy(prompt(4, 2), 5), good);

            while (generator.step()) {}
        }

        assertThat(failing.reason).isEqualTo(FinishReason.ERROR);
        assertThat(good.reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(good.ids()).hasSize(5);
    }

    @Test
    void anAdapterWithDamagedNumbersFailsItsOwnRowsAndLeavesTheSlotClean() {
        List<GenerationRequest> healthy = requests(2, null);
        List<Reply> expected = answer(model, 2, healthy);
        try (var damaged = TinyAdapters.notFinite(model);
                BatchGenerator generator = model.generator(2)) {
            var bad = new Reply();
            var first = new Reply();
            var second = new Reply();
            generator.add(
                    new GenerationRequest(prompt(9, 1), Sampling.greedy(), 5, List.of(), damaged),
                    bad);
            generator.add(healthy.get(0), first);
            generator.add(healthy.get(1), second);

            while (generator.step()) {}

            assertThat(bad.reason()).isEqualTo(FinishReason.ERROR);
            assertThat(bad.error()).hasMessageContaining("not finite");
            assertThat(first.ids()).isEqualTo(expected.get(0).ids());
            assertThat(second.ids()).isEqualTo(expected.get(1).ids());
        }
    }

    @Test
    void aRequestPastTheContextIsRefusedWithBothSizesAndTheLimit() {
        try (BatchGenerator generator = model.generator(1)) {
            assertThatThrownBy(() -> generator.add(Reply.greedy(prompt(500, 1), 20), new Reply()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("500", "20", "512", "at most 12");
        }
    }

    @Test
    void aTokenOutsideTheVocabularyOrAnotherModelsAdapterIsRefusedAtTheDoor() {
        try (BatchGenerator generator = model.generator(1);
                var other = TinyModels.load(TinyModels.llama(), Precision.FLOAT32);
                var foreign = TinyAdapters.random(other, 1)) {
            assertThatThrownBy(() -> generator.add(Reply.greedy(new int[] {96}, 1), new Reply()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("96", "vocabulary");
            GenerationRequest request = requests(1, foreign).getFirst();
            assertThatThrownBy(() -> generator.add(request, new Reply()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another model");
        }
    }

    @Test
    void halfAsManyBitsGiveNearlyTheSameDistribution() {
        var request =
                new GenerationRequest(prompt(40, 6), new Sampling(0, 1, 0, 1), 1, List.of(), null);
        try (var half = TinyModels.load(TinyModels.llama(), Precision.BFLOAT16)) {
            GeneratedToken exact =
                    answer(model, 1, List.of(request)).getFirst().tokens().getFirst();
            GeneratedToken rounded =
                    answer(half, 1, List.of(request)).getFirst().tokens().getFirst();

            assertThat(rounded.logProb()).isCloseTo(exact.logProb(), within(0.1));
        }
    }

    @Test
    void hundredsOfRepliesKeepNoTensorBehind() {
        answer(model, 4, requests(4, null));
        int before = ((TorchModel) model).heldTensors();

        answer(model, 4, requests(300, null));

        assertThat(((TorchModel) model).heldTensors()).isEqualTo(before);
    }

    private static List<GenerationRequest> requests(int count, @Nullable Adapter adapter) {
        var random = new Random(SEED);
        var requests = new ArrayList<GenerationRequest>();
        for (int i = 0; i < count; i++) {
            int[] prompt = prompt(1 + random.nextInt(30), random.nextInt());
            var sampling = new Sampling(0.8, 0.95, random.nextLong(), 0);
            int tokens = 1 + random.nextInt(20) + (adapter == null ? 0 : 20);
            requests.add(new GenerationRequest(prompt, sampling, tokens, List.of(), adapter));
        }
        return requests;
    }

    private static List<Reply> answer(
            LanguageModel model, int capacity, List<GenerationRequest> requests) {
        var replies = new ArrayList<Reply>();
        try (BatchGenerator generator = model.generator(capacity)) {
            for (GenerationRequest request : requests) {
                var reply = new Reply();
                generator.add(request, reply);
                replies.add(reply);
            }
            while (generator.step()) {}
        }
        return replies;
    }

    static int[] prompt(int length, int seed) {
        return new Random(seed).ints(length, 3, 90).toArray();
    }

    private static ModelConfig family(String name) {
        return TinyModels.config(
                TinyModels.golden("families.json").get("families").get(name).get("config"));
    }
}
