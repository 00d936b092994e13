package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.Weights;
import dev.rejoinder.lm.score.Pack;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Loading holds some rows of a tensor on the heap, never the whole. */
class SlicedLoadTest {
    /** Three rows of the tiny llama's 48 numbers, two of its 80, and a rest that is none. */
    private static final int SLICE = 170;

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aModelReadInSlicesIsTheSameToTheLastBit(Precision precision) {
        ModelConfig config = TinyModels.llama();

        assertThat(scores(config, precision, SLICE))
                .containsExactly(scores(config, precision, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("dev.rejoinder.lm.djl.FamiliesTest#families")
    void everyFamilyIsReadInSlices(String family) {
        ModelConfig config = TinyModels.family(family);

        assertThat(scores(config, Precision.FLOAT32, 1))
                .containsExactly(scores(config, Precision.FLOAT32, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void noMoreThanASliceIsOnTheHeapAtATime(Precision precision) {
        ModelConfig config = TinyModels.llama();
        var watched = new Watched(new FormulaWeights(config));

        LanguageModels.load(files(config, watched), options(precision), SLICE).close();

        assertThat(watched.largest).isBetween(config.hidden(), SLICE);
        assertThat(config.vocabulary() * config.hidden()).isGreaterThan(10 * SLICE);
    }

    private static float[] scores(ModelConfig config, Precision precision, int slice) {
        ModelFiles files = files(config, new FormulaWeights(config));
        try (LanguageModel model = LanguageModels.load(files, options(precision), slice)) {
            var pack = new Pack(new int[] {1, 5, 7}, List.of(new int[] {3, 9, 11, 40}));
            return model.score(List.of(pack), null)[0][0];
        }
    }

    private static EngineOptions options(Precision precision) {
        return EngineOptions.of(precision).withThreads(1);
    }

    private static ModelFiles files(ModelConfig config, Weights weights) {
        ModelFiles plain = TinyModels.files(config);
        return new ModelFiles(
                plain.name(), plain.digest(), config, weights, plain.tokenizer(), plain.chat());
    }

    /** Remembers how many weights were asked for at once. */
    private static final class Watched implements Weights {
        private final Weights weights;
        private int largest;

        Watched(Weights weights) {
            this.weights = weights;
        }

        @Override
        public Set<String> names() {
            return weights.names();
        }

        @Override
        public long[] shape(String name) {
            return weights.shape(name);
        }

        @Override
        public float[] read(String name, int fromRow, int rows) {
            float[] values = weights.read(name, fromRow, rows);
            largest = Math.max(largest, values.length);
            return values;
        }

        @Override
        public void close() {
            weights.close();
        }
    }
}
