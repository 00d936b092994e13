package dev.rejoinder.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {
    private static final String GOOD =
            "{\"prompt\":\"Hi\",\"chosen\":\"Yes.\",\"rejected\":\"Well, who knows\"}\n";

    @TempDir Path folder;

    private record Result(int code, String out, String err) {}

    @BeforeEach
    void write() throws Exception {
        TinyModel.llama().write(folder.resolve("tiny"));
        Files.writeString(folder.resolve("pairs.jsonl"), GOOD.repeat(3));
    }

    @Test
    void aFileBecomesAnAdapterWithItsFigures() throws Exception {
        Result result = train("--epochs", "2", "--batch", "2", "--rank", "4", "--beta", "0.3");

        assertThat(result.err()).contains("4 steps");
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("trained 4 steps on 3 pairs");
        JsonNode config = json("adapter_config.json");
        assertThat(config.path("r").asInt()).isEqualTo(4);
        JsonNode metrics = json("metrics.json");
        assertThat(metrics.path("finished").asBoolean()).isTrue();
        assertThat(metrics.path("learning").path("beta").asDouble()).isEqualTo(0.3);
        assertThat(metrics.path("steps")).hasSize(4).allMatch(s -> s.path("loss").asDouble() > 0);
        assertThat(metrics.path("steps").path(3).path("gradient_norm").asDouble()).isPositive();
    }

    @Test
    void anAdapterMayScaleByTheRootOfItsRank() throws Exception {
        Result result = train("--epochs", "1", "--rslora", "--targets", "up_proj,down_proj");

        assertThat(result.code()).as(result.err()).isZero();
        JsonNode config = json("adapter_config.json");
        assertThat(config.path("use_rslora").asBoolean()).isTrue();
        assertThat(config.path("target_modules")).hasSize(2);
    }

    @Test
    void badLinesAreToldAndNothingIsTrained() throws Exception {
        Files.writeString(folder.resolve("pairs.jsonl"), GOOD + "{\"prompt\":\"Hi\"}\nnonsense\n");

        Result result = train();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .contains("line 2 has no chosen")
                .contains("line 3 is not JSON")
                .contains("2 of 3 lines")
                .contains("--skip-bad-lines");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void badLinesMayBeLeftOut() throws Exception {
        Files.writeString(folder.resolve("pairs.jsonl"), GOOD + "nonsense\n");

        Result result = train("--skip-bad-lines", "--epochs", "1");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).contains("line 2 is not JSON");
        assertThat(json("metrics.json").path("pairs").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--rank 65, 1 to 64",
        "--alpha 0, not above 0",
        "--loss kto, use \"dpo\" or \"sft\"",
        "--epochs 0, 1 to 100",
        "--lr 2, 1e-4",
        "--max-tokens 3, below 16",
        "--checkpoint-every 0, below 1"
    })
    void aValueOutsideItsLimitsSaysWhichTheyAre(String option, String limits) {
        Result result = train(option.split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains(limits);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(run("train").err()).contains("--data and --out").contains("run, signals");
        assertThat(run("train", "--data", "x").err()).contains("--out is missing");
        assertThat(run("train", "--out", "x").code()).isEqualTo(2);
        Result noFile = run("train", "--data", folder.resolve("none").toString(), "--out", "x");
        assertThat(noFile.code()).isEqualTo(1);
        assertThat(noFile.err()).contains("there is no file");
    }

    private Result train(String... more) {
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "train",
                                "--data",
                                folder.resolve("pairs.jsonl").toString(),
                                "--out",
                                folder.resolve("out").toString(),
                                "--model",
                                folder.resolve("tiny").toString(),
                                "--anchor-weight",
                                "0"));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    private JsonNode json(String file) throws Exception {
        return new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("out").resolve(file)));
    }

    private static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                CommandTree.of(
                                InputStream.nullInputStream(),
                                new PrintWriter(out, true),
                                new PrintWriter(err, true))
                        .execute(args);
        return new Result(code, out.toString(), err.toString());
    }
}
