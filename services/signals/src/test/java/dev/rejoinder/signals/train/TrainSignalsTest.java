package dev.rejoinder.signals.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.signals.detect.Detector;
import dev.rejoinder.signals.detect.Detectors;
import dev.rejoinder.signals.detect.Exchange;
import dev.rejoinder.signals.detect.HeadDetector;
import dev.rejoinder.signals.detect.Reading;
import dev.rejoinder.signals.detect.RuleDetector;
import dev.rejoinder.signals.detect.Verdict;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on a tiny model and labels of our own. */
class TrainSignalsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHATS = 90;

    @TempDir static Path folder;
    private static LanguageModel model;

    @BeforeAll
    static void train() throws IOException {
        try (ModelFiles files =
                ModelReader.open(TinyModel.llama().write(folder.resolve("model")))) {
            model = LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
        }
        writeWildchat();
        writeHarmless();
        writeTrees();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static String followUp(int i) {
        return switch (i % 3) {
            case 0 -> "lovely number " + i + ", thanks";
            case 1 -> "wrong number " + i + ", count again";
            default -> "and what about number " + i;
        };
    }

    private static Map<String, Object> label(Map<String, Object> where, int i) {
        Map<String, Object> label = new java.util.HashMap<>(where);
        label.put("sat", i % 3 == 0);
        label.put("dsat", i % 3 == 1);
        label.put("sat_category", i % 3 == 0 ? "Gratitude" : null);
        label.put("dsat_category", i % 3 == 1 ? "FactualError" : null);
        label.put("state", i % 3 == 2 ? "NEWTOPIC" : "FEEDBACK");
        label.put("confidence", 1 + i % 3);
        return label;
    }

    private static void writeWildchat() throws IOException {
        List<Object> chats = new ArrayList<>();
        List<Object> labels = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) {
            List<Object> messages =
                    List.of(
                            Map.of("role", "user", "content", "count"),
                            Map.of("role", "assistant", "content", "one two " + i),
                            Map.of("role", "user", "content", followUp(i)));
            chats.add(Map.of("id", "c" + i, "messages", messages));
            labels.add(label(Map.of("conversation_id", "c" + i, "turn", 2), i));
        }
        write("wildchat/conversations.jsonl", chats);
        write("wildchat/feedback-labels.jsonl", labels);
    }

    private static void writeHarmless() throws IOException {
        List<Object> rows = new ArrayList<>();
        List<Object> labels = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) {
            rows.add(
                    Map.of(
                            "chosen",
                            "\n\nHuman: sum\n\nAssistant: it is %d\n\nHuman: %s\n\nAssistant: fine"
                                    .formatted(i, followUp(i))));
            labels.add(label(Map.of("row", i, "turn", 2), i));
        }
        write("hh-harmless/feedback-labels.jsonl", labels);
        Path file = folder.resolve("data/hh-harmless/test.jsonl.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (Object row : rows)
                out.write((JSON.writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void writeTrees() throws IOException {
        Map<String, Object> leaf =
                Map.of(
                        "message_id",
                        "m2",
                        "role",
                        "prompter",
                        "text",
                        "thanks",
                        "replies",
                        List.of());
        Map<String, Object> reply =
                Map.of(
                        "message_id",
                        "m1",
                        "role",
                        "assistant",
                        "text",
                        "yes",
                        "replies",
                        List.of(leaf));
        Map<String, Object> root =
                Map.of(
                        "message_id",
                        "m0",
                        "role",
                        "prompter",
                        "text",
                        "is it",
                        "replies",
                        List.of(reply));
        write(
                "oasst-trees/en_100_tree.jsonl",
                List.of(Map.of("message_tree_id", "t", "prompt", root)));
        write("oasst-trees/feedback-labels.jsonl", List.of(label(Map.of("message_id", "m2"), 0)));
    }

    private static void write(String name, List<Object> rows) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Object row : rows) text.append(JSON.writeValueAsString(row)).append('\n');
        Path file = folder.resolve("data").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static String run(Path output) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TrainSignals.run(
                model,
                new TrainSignals.Order(folder.resolve("data"), output, folder.resolve("cache"), 7),
                new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTrainedHeadIsReportedAndReadsFollowUpsItNeverSaw() throws IOException {
        String report = run(folder.resolve("head"));

        assertThat(report)
                .contains("181 labelled follow-ups")
                .contains("read 181 of 181")
                .contains("| wildchat | 90 | 90 | 30 | 30 |")
                .contains("| sat | rules/1 | all |")
                .contains("| dsat | head | hh-harmless |")
                .contains("| category:Gratitude | head | all |");
        Detector detector = Detectors.forModel(model, folder.resolve("head/head.bin"), 0.8);
        assertThat(detector.name()).startsWith("head-").endsWith("/7");
        List<Reading> readings =
                detector.read(
                        List.of(
                                new Exchange("count", "one two", "lovely number 99, thanks"),
                                new Exchange("count", "one two", "wrong number 98, count again")));
        assertThat(readings.get(0).satVerdict()).isEqualTo(Verdict.YES);
        assertThat(readings.get(0).dsatVerdict()).isEqualTo(Verdict.NO);
        assertThat(readings.get(1).dsatVerdict()).isEqualTo(Verdict.YES);
    }

    @Test
    void aSecondRunTakesTheStatesFromDiskAndWritesTheSameBytes() throws IOException {
        run(folder.resolve("one"));

        String again = run(folder.resolve("two"));

        assertThat(again.lines().filter(l -> l.startsWith("read ")))
                .singleElement()
                .asString()
                .startsWith("read 181 of 181");
        assertThat(folder.resolve("two/head.bin"))
                .hasSameBinaryContentAs(folder.resolve("one/head.bin"));
    }

    @Test
    void aRunThatDiedWhileWritingGoesOn() throws IOException {
        run(folder.resolve("one"));
        try (var files = Files.list(folder.resolve("cache"));
                var channel =
                        Files.newByteChannel(
                                files.findFirst().orElseThrow(),
                                java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2 + 1);
        }

        run(folder.resolve("three"));

        assertThat(folder.resolve("three/MODEL_CARD.md"))
                .hasSameTextualContentAs(folder.resolve("one/MODEL_CARD.md"));
    }

    @Test
    void aModelTheCommittedHeadDoesNotKnowIsReadByRules() {
        assertThat(Detectors.forModel(model, 0.8)).isInstanceOf(RuleDetector.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeadDetector(model))
                .withMessageContaining("train a head for it");
    }
}
