package dev.rejoinder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every suite of the engine on a tiny model, once: that there are figures, never how good. */
class BenchTest {
    /** A suite's chats need what this module does not have. */
    private static final class NoServices implements Bench.Services {
        @Override
        public void serving(Workbench bench, Consumer<Figure> report) {
            throw new IllegalStateException("serving was not asked for");
        }

        @Override
        public void platform(Consumer<Figure> report) {
            throw new IllegalStateException("a platform was not asked for");
        }
    }

    /** As long as the longest prompt of the suites, 896 tokens and a follow-up, and more. */
    private static final int CONTEXT = 1024;

    @TempDir static Path folder;

    private static JsonNode report;

    @BeforeAll
    static void measureOnce() throws IOException {
        Path model = TinyModel.llama().withContext(CONTEXT).write(folder.resolve("tiny"));
        var out = new ByteArrayOutputStream();

        int exit =
                Bench.run(
                        new NoServices(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        "lm",
                        "scoring",
                        "training",
                        "--model",
                        model.toString(),
                        "--precision",
                        "float32",
                        "--repeats",
                        "1",
                        "--json");

        assertThat(exit).isZero();
        report = new ObjectMapper().readTree(out.toByteArray());
    }

    @Test
    void everySuiteReportsItsFiguresInTheirUnits() {
        assertThat(figures("limits")).containsExactly("sgemm 2048 [GFLOP/s]", "memory read [GB/s]");
        assertThat(figures("lm"))
                .containsSubsequence(
                        "prefill 1x512, last logit [tok/s] x sgemm",
                        "prefill 4x256, last logit [tok/s] x sgemm",
                        "prefill 4x256, all logits [tok/s] x sgemm",
                        "decode batch 1 [tok/s] x memory read",
                        "decode batch 1 reads a token [MB]",
                        "decode batch 4 [tok/s] x memory read",
                        "decode batch 4 reads a token [MB]",
                        "decode batch 8 [tok/s] x memory read",
                        "decode batch 8 reads a token [MB]",
                        "decode batch 16 [tok/s] x memory read",
                        "decode batch 16 reads a token [MB]");
        assertThat(figures("scoring"))
                .containsExactly(
                        "1 follow-up after 96 tokens [s]",
                        "16 follow-ups after 96 tokens, packed [s] x faster than one each",
                        "1 follow-up after 96 tokens [s]",
                        "120 follow-ups after 96 tokens, packed [s] x faster than one each",
                        "1 follow-up after 896 tokens [s]",
                        "16 follow-ups after 896 tokens, packed [s] x faster than one each",
                        "1 follow-up after 896 tokens [s]",
                        "120 follow-ups after 896 tokens, packed [s] x faster than one each");
        assertThat(figures("training"))
                .containsExactly(
                        "LoRA-DPO, each reply in a row of its own [tok/s]",
                        "LoRA-DPO, packed pairs [tok/s] x own rows",
                        "LoRA-DPO, reference cached [tok/s] x own rows",
                        "LoRA-DPO step, 4 pairs x 128 [s]",
                        "the same, reference cached [s]",
                        "peak memory [MiB] x 3 GiB");
    }

    /** Of the process or of the training alone, as the system allows. */
    private static String name(JsonNode figure) {
        String name = figure.path("name").asText();
        return name.startsWith("peak memory") ? "peak memory" : name;
    }

    private static List<String> figures(String suite) {
        List<String> names = new ArrayList<>();
        for (JsonNode figure : report.path("figures"))
            if (figure.path("suite").asText().equals(suite))
                names.add(
                        "%s [%s]%s"
                                .formatted(
                                        name(figure),
                                        figure.path("unit").asText(),
                                        figure.has("against")
                                                ? " x " + figure.path("against").asText()
                                                : ""));
        return names;
    }

    @Test
    void everyFigureAndEveryRatioIsAPositiveNumber() {
        assertThat(report.path("figures"))
                .hasSizeGreaterThan(20)
                .allSatisfy(figure -> {
                    for (String value : List.of("median", "slowest", "fastest"))
                        assertThat(figure.path(value).asDouble(Double.NaN))
                                .as("%s of %s", value, figure)
                                .isFinite()
                                .isPositive();
                    if (figure.has("against"))
                        assertThat(figure.path("ratio").asDouble(Double.NaN))
                                .as("ratio of %s", figure)
                                .isFinite()
                                .isPositive();
                });
    }

    @Test
    void theReportSaysWhatTheEngineComputedWith() {
        JsonNode machine = report.path("machine");

        assertThat(machine.path("model").asText()).isEqualTo("tiny");
        assertThat(machine.path("precision").asText()).isEqualTo("float32");
        assertThat(machine.path("threads").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(machine.path("vector units").asText()).isEqualTo("on");
    }

    @Test
    void aModelThatCannotBeReadIsAnErrorOfItsOwn() {
        int exit =
                Bench.run(
                        new NoServices(),
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        "lm",
                        "--model",
                        folder.resolve("nothing").toString());

        assertThat(exit).isEqualTo(1);
    }
}
