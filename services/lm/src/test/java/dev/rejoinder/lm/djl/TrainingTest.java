package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Offset.offset;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.lm.train.TokenObjective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTest {
    private static final Pack PACK =
            new Pack(
                    GenerationTest.prompt(10, 1),
                    List.of(GenerationTest.prompt(6, 2), GenerationTest.prompt(4, 3)));
    private static final AdapterConfig EVERY_LINEAR =
            new AdapterConfig(
                    3,
                    6,
                    List.of(
                            "q_proj",
                            "k_proj",
                            "v_proj",
                            "o_proj",
                            "gate_proj",
                            "up_proj",
                            "down_proj"),
                    false);

    private static LanguageModel model;

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        model = TinyModels.load(TinyModels.llama(), Precision.FLOAT32);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Finite differences along random directions, through every linear module. */
    @ParameterizedTest
    @MethodSource("dev.rejoinder.lm.djl.FamiliesTest#families")
    void theGradientIsTheSlopeOfTheLoss(String family) {
        long seed = 5;
        var random = new Random(seed);
        try (var own = TinyModels.load(TinyModels.family(family), Precision.FLOAT32);
                var training = (TorchTraining) own.train(EVERY_LINEAR, 1, 0)) {
            float[] at = new float[training.shape().parameters()];
            for (int i = 0; i < at.length; i++) at[i] = (float) random.nextGaussian() * 0.1f;
            move(own, training, at);
            training.accumulate(PACK, TrainingTest::squares, 1);
            float[] gradient = training.gradient();

            for (int trial = 0; trial < 3; trial++) {
                float[] direction = new float[at.length];
                double slope = 0;
                for (int i = 0; i < at.length; i++) {
                    direction[i] = (float) random.nextGaussian() * 1e-3f;
                    slope += gradient[i] * direction[i];
                }
                double above = lossAt(own, training, moved(at, direction, 1));
                double below = lossAt(own, training, moved(at, direction, -1));
                assertThat((above - below) / 2)
                        .describedAs("seed %d, direction %d", seed, trial)
                        .isCloseTo(slope, within(Math.abs(slope) * 0.01 + 1e-4));
            }
        }
    }

    /**
     * Texts of several tiles, in one pass and in several; a window that is shorter than they are.
     */
    @ParameterizedTest
    @MethodSource("dev.rejoinder.lm.djl.FamiliesTest#families")
    void javasGradientIsLibtorchs(String family) {
        List<LoraTraining.Example> examples = new ArrayList<>();
        for (int length : new int[] {3, 420, 40, 230})
            examples.add(
                    new LoraTraining.Example(
                            new Pack(
                                    GenerationTest.prompt(length, length),
                                    List.of(
                                            GenerationTest.prompt(30, 1 + length),
                                            GenerationTest.prompt(1, 2 + length),
                                            GenerationTest.prompt(25, 3 + length))),
                            TrainingTest::squares));
        var options = EngineOptions.of(Precision.FLOAT32).withThreads(2);
        ModelConfig config = TinyModels.family(family);

        float[] expected = gradient(config, options.withoutVectors(), examples);
        float[] found = gradient(config, options, examples);

        double norm = AdamW.norm(expected);
        assertThat(norm).isGreaterThan(1);
        for (int i = 0; i < found.length; i++)
            assertThat((double) found[i]).isCloseTo(expected[i], offset(2e-5 * norm));
    }

    /** Rounded matrices, activations and slopes turn a gradient by a few degrees at most. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGradientInBfloat16PointsWhereThatInFloat32Does(boolean vectors) {
        var examples = List.of(new LoraTraining.Example(PACK, TrainingTest::squares));
        ModelConfig config = TinyModels.llama();
        var options = EngineOptions.of(Precision.BFLOAT16);

        float[] found = gradient(config, vectors ? options : options.withoutVectors(), examples);
        float[] expected = gradient(config, EngineOptions.of(Precision.FLOAT32), examples);

        double product = 0;
        for (int i = 0; i < found.length; i++) product += (double) found[i] * expected[i];
        assertThat(product / AdamW.norm(found) / AdamW.norm(expected)).isGreaterThan(0.995);
        assertThat(AdamW.norm(found))
                .isCloseTo(AdamW.norm(expected), within(0.05 * AdamW.norm(expected)));
    }

    private float[] gradient(
            ModelConfig config, EngineOptions options, List<LoraTraining.Example> examples) {
        var random = new Random(11);
        try (var own = TinyModels.load(config, options);
                var training = (TorchTraining) own.train(EVERY_LINEAR, 1, 0)) {
            float[] at = new float[training.shape().parameters()];
            for (int i = 0; i < at.length; i++) at[i] = (float) random.nextGaussian() * 0.1f;
            move(own, training, at);
            training.accumulate(examples, 0.5);
            training.accumulate(examples.subList(0, 1), 0.25);
            return training.gradient();
        }
    }

    private static float[] moved(float[] at, float[] direction, int sign) {
        float[] moved = at.clone();
        for (int i = 0; i < at.length; i++) moved[i] += sign * direction[i];
        return moved;
    }

    private double lossAt(LanguageModel own, TorchTraining training, float[] at) {
        move(own, training, at);
        return squares(own.score(List.of(PACK), training.current())[0]).loss();
    }

    /** {@code sum logp^2 / 2}, whose derivative by each log-probability is itself. */
    private static TokenObjective.Value squares(float[][] logProbs) {
        double loss = 0;
        for (float[] continuation : logProbs) for (float p : continuation) loss += p * p / 2.0;
        return new TokenObjective.Value(loss, logProbs);
    }

    @Test
    void preferringOneReplyMakesItLikelierAndTheAdapterFollowsEveryUpdate() {
        try (var training = model.train(AdapterConfig.attention(), 3, 0)) {
            double before = SmolLmDpoTest.margin(model.score(List.of(PACK), null)[0]);
            assertThat(SmolLmDpoTest.margin(model.score(List.of(PACK), training.current())[0]))
                    .isCloseTo(before, within(1e-4));

            for (int i = 0; i < 10; i++) {
                training.accumulate(PACK, SmolLmDpoTest.dpo(before, 0.1), 1);
                training.update(1e-2, 1);
            }

            double after = SmolLmDpoTest.margin(model.score(List.of(PACK), training.current())[0]);
            assertThat(after).isGreaterThan(before + 1);
            assertThat(training.steps()).isEqualTo(10);
        }
    }

    @Test
    void gradientsOfSeveralPacksAddUpByTheirWeights() {
        try (var training = (TorchTraining) model.train(TinyAdapters.ALL, 1, 0)) {
            training.accumulate(PACK, TrainingTest::squares, 0.5);
            float[] once = training.gradient();

            training.accumulate(PACK, TrainingTest::squares, 1);

            float[] both = training.gradient();
            for (int i = 0; i < once.length; i++)
                assertThat(both[i]).isCloseTo(3 * once[i], offset(1e-4f + Math.abs(once[i]) / 100));
        }
    }

    /**
     * Of 20 to 480 tokens: some share a pass, filled up to the longest, one is alone in its own.
     */
    @Test
    void packsThatShareAPassGiveTheLossesAndGradientsThatEachGivesAlone() {
        List<LoraTraining.Example> examples = new ArrayList<>();
        for (int length : new int[] {300, 20, 480, 45, 310, 60})
            examples.add(
                    new LoraTraining.Example(
                            new Pack(
                                    GenerationTest.prompt(length - 12, length),
                                    List.of(
                                            GenerationTest.prompt(7, 1 + length),
                                            GenerationTest.prompt(5, 2 + length))),
                            TrainingTest::squares));
        try (var training = (TorchTraining) model.train(TinyAdapters.ALL, 1, 0);
                var alone = (TorchTraining) model.train(TinyAdapters.ALL, 1, 0)) {
            double[] losses = training.accumulate(examples, 0.25);

            double[] expected =
                    examples.stream()
                            .mapToDouble(e -> alone.accumulate(e.pack(), e.objective(), 0.25))
                            .toArray();
            assertThat(losses).containsExactly(expected, offset(1e-3));
            float[] together = training.gradient();
            float[] oneByOne = alone.gradient();
            double norm = AdamW.norm(oneByOne);
            for (int i = 0; i < together.length; i++)
                assertThat((double) together[i]).isCloseTo(oneByOne[i], offset(1e-4 * norm));
        }
    }

    @Test
    void aRunResumedFromItsCheckpointGoesOnBitForBit() {
        Path file = folder.resolve("checkpoint");
        String uninterrupted;
        try (var training = model.train(TinyAdapters.ALL, 4, 0.01)) {
            steps(training, 3);
            training.saveCheckpoint(file);
            steps(training, 3);
            uninterrupted = training.current().digest();
        }

        try (var resumed = model.train(TinyAdapters.ALL, 99, 0.01)) {
            resumed.restore(file);
            assertThat(resumed.steps()).isEqualTo(3);
            steps(resumed, 3);
            assertThat(resumed.current().digest()).isEqualTo(uninterrupted);
        }
    }

    private static void steps(dev.rejoinder.lm.train.LoraTraining training, int count) {
        for (int i = 0; i < count; i++) {
            training.accumulate(PACK, TrainingTest::squares, 1);
            training.update(1e-3, 1);
        }
    }

    @Test
    void aCheckpointOfAnotherShapeOrADamagedOneIsRefused() throws IOException {
        Path file = folder.resolve("checkpoint");
        try (var training = model.train(TinyAdapters.ALL, 4, 0);
                var other = model.train(AdapterConfig.attention(), 4, 0)) {
            training.saveCheckpoint(file);
            assertThatThrownBy(() -> other.restore(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("shape");

            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            assertThatThrownBy(() -> training.restore(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void aGradientThatIsNotFiniteIsDroppedAndNothingChanges() {
        try (var training = model.train(TinyAdapters.ALL, 4, 0)) {
            String before = training.current().digest();
            training.accumulate(PACK, p -> squares(p), Double.NaN);

            assertThatThrownBy(() -> training.update(1e-3, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("not finite");

            assertThat(training.current().digest()).isEqualTo(before);
            assertThat(training.steps()).isZero();
            steps(training, 1);
            assertThat(training.steps()).isEqualTo(1);
        }
    }

    @Test
    void hundredsOfStepsKeepNoTensorBehind() {
        try (var training = (TorchTraining) model.train(TinyAdapters.ALL, 4, 0)) {
            steps(training, 2);
            int before = training.heldTensors();

            steps(training, 200);

            assertThat(training.heldTensors()).isEqualTo(before);
        }
    }

    @Test
    void whatIsClosedAfterItsModelIsClosedQuietly() {
        var own = TinyModels.load(TinyModels.llama(), Precision.FLOAT32);
        var adapter = TinyAdapters.random(own, 1);
        var training = own.train(TinyAdapters.ALL, 1, 0);
        var generator = own.generator(1);

        own.close();

        assertThatCode(
                        () -> {
                            generator.close();
                            training.close();
                            adapter.close();
                        })
                .doesNotThrowAnyException();
    }

    private void move(LanguageModel own, TorchTraining training, float[] values) {
        float[] zeros = new float[values.length];
        Path file = folder.resolve("moved");
        new Checkpoint(
                        training.shape().config().toString(),
                        own.info().digest(),
                        0,
                        values,
                        zeros,
                        zeros)
                .write(file);
        training.restore(file);
    }
}
