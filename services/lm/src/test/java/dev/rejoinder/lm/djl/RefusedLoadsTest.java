package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelConfig.RopeScaling;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.lm.read.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Models that are refused when nearly all of them is in native memory. */
class RefusedLoadsTest {
    private static final int LOADS = 40;
    private static final int VOCABULARY = 8192;
    private static final int HIDDEN = 256;

    /** Packed as fp16, an embedding or a head has 4 MiB: kept by every load they would be 160. */
    private static final long SLACK_BYTES = 64L << 20;

    @Test
    @EnabledOnOs(OS.LINUX)
    void manyOfThemLeaveNothingInNativeMemory() throws IOException {
        ModelConfig config = config(512);
        for (int i = 0; i < 5; i++) refuse(config);
        long before = residentBytes();

        for (int i = 0; i < LOADS; i++) refuse(config);

        assertThat(residentBytes() - before).isLessThan(SLACK_BYTES);
    }

    @Test
    void aContextThatTheHeapHasNoRoomForIsRefusedWithWhatItNeeds() {
        int longest = (1 << 27) / 128;
        assertThatThrownBy(() -> Rope.of(config(longest)))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("context of 1048576 tokens")
                .hasMessageContaining("tables of 1024 MiB")
                .hasMessageContaining("-Xmx3136m");
    }

    private static void refuse(ModelConfig config) {
        ModelFiles plain = TinyModels.files(config);
        var files =
                new ModelFiles(
                        plain.name(),
                        plain.digest(),
                        config,
                        new DamagedHead(new FormulaWeights(config)),
                        plain.tokenizer(),
                        plain.chat());
        assertThatThrownBy(() -> LanguageModels.load(files, EngineOptions.of(Precision.BFLOAT16)))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("lm_head");
    }

    private static ModelConfig config(int context) {
        return new ModelConfig(
                "llama",
                1,
                HIDDEN,
                64,
                2,
                1,
                HIDDEN / 2,
                VOCABULARY,
                context,
                1e-5,
                10_000,
                RopeScaling.none(),
                0,
                false,
                false,
                false);
    }

    private static long residentBytes() throws IOException {
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
        return Long.parseLong(pages[1]) * 4096;
    }

    /** The head is the last tensor to be read. */
    private record DamagedHead(Weights weights) implements Weights {
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
            if (name.startsWith("lm_head"))
                throw new UnreadableModelException("weight 7 of tensor lm_head.weight is NaN");
            return weights.read(name, fromRow, rows);
        }

        @Override
        public void close() {
            weights.close();
        }
    }
}
