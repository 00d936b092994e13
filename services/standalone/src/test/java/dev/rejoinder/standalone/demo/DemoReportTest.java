package dev.rejoinder.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.standalone.demo.report.ReportFiles;
import dev.rejoinder.standalone.demo.report.TerminalTable;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.testkit.users.Preference;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class DemoReportTest {
    private static final ReplyQuality BEFORE = new ReplyQuality(50, 0.02, 70, 0.95, 0, 0);
    private static final ReplyQuality GOOD = new ReplyQuality(50, 0.96, 19, 0.92, 0, 0);
    private static final ModelQuality SOUND = new ModelQuality(20, 20.2, -0.9, -1.0);

    @Test
    void everyPromiseKeptIsAPass() {
        assertThat(report(GOOD, SOUND, traffic(0)).passed()).isTrue();
    }

    @Test
    void oneBrokenPromiseIsAFailureThatNamesIt() {
        assertThat(broken(report(new ReplyQuality(50, 0.88, 19, 0.92, 0, 0), SOUND, traffic(0))))
                .singleElement()
                .satisfies(l -> assertThat(l.what()).contains("30 words, after"));
        assertThat(broken(report(new ReplyQuality(50, 0.96, 19, 0.92, 1, 0), SOUND, traffic(0))))
                .singleElement()
                .satisfies(l -> assertThat(l.what()).contains("empty"));
        assertThat(broken(report(GOOD, new ModelQuality(20, 20.7, -0.9, -1.0), traffic(0))))
                .singleElement()
                .satisfies(l -> assertThat(l.what()).contains("perplexity"));
        assertThat(broken(report(GOOD, SOUND, traffic(1))))
                .singleElement()
                .satisfies(l -> assertThat(l.what()).contains("refused"));
    }

    @Test
    void thePageNeedsNothingFromElsewhereAndItsPlotsAreWellFormed(@TempDir Path folder)
            throws Exception {
        Path page = ReportFiles.write(report(GOOD, SOUND, traffic(0)), folder);

        String html = Files.readString(page);
        assertThat(html)
                .doesNotContain("{{")
                .doesNotContain("http://")
                .doesNotContain("https://")
                .doesNotContain("<script")
                .contains("Why is &lt;b&gt; bold?")
                .contains("prefers-color-scheme: dark");
        Matcher plots = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(html);
        int count = 0;
        while (plots.find()) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(plots.group())));
            count++;
        }
        assertThat(count).isEqualTo(4);
    }

    @Test
    void theJsonHoldsTheSameFigures(@TempDir Path folder) throws Exception {
        ReportFiles.write(report(GOOD, SOUND, traffic(0)), folder);

        JsonNode json = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
        assertThat(json.path("after").path("met").doubleValue()).isEqualTo(0.96);
        assertThat(json.path("passed").booleanValue()).isTrue();
        assertThat(json.path("pairs").path("byOrigin").path("natural retry").intValue())
                .isEqualTo(41);
    }

    @Test
    void aFolderThatCannotBeWrittenIsRefusedBeforeTheDemoRuns(@TempDir Path folder)
            throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> ReportFiles.prepare(file.resolve("out")))
                .isInstanceOf(CannotGoOn.class)
                .hasMessageContaining("choose another folder with --out");
        ReportFiles.prepare(folder.resolve("out"));
        assertThat(folder.resolve("out")).isEmptyDirectory();
    }

    @Test
    void theTableSaysWhatFails() {
        StringWriter out = new StringWriter();

        TerminalTable.print(report(GOOD, SOUND, traffic(2)), new PrintWriter(out, true));

        assertThat(out.toString())
                .contains("FAIL  refused requests")
                .contains("first: 429 the queue is full")
                .contains("400 s  v1-abc canary  passed")
                .contains("some lines do not hold");
    }

    private static List<DemoReport.Line> broken(DemoReport report) {
        return report.lines().stream().filter(l -> !l.passed().orElse(true)).toList();
    }

    private static DemoReport.Traffic traffic(int refused) {
        return new DemoReport.Traffic(
                300, 300, refused, refused == 0 ? null : "429 the queue is full", 0, 60, 5);
    }

    private static DemoReport report(
            ReplyQuality after, ModelQuality model, DemoReport.Traffic traffic) {
        DemoSettings settings = new DemoSettings(Preference.BRIEF, 1, 60, "m", Path.of("out"));
        Map<String, Double> seconds = new LinkedHashMap<>(Map.of("training", 300.0));
        return new DemoReport(
                new DemoReport.Setting("brief", Preference.BRIEF.meaning(), 1, 60, "m"),
                "2026-01-01T00:00:00Z",
                seconds,
                new Promises(settings, traffic, Duration.ofMinutes(5), true)
                        .lines(BEFORE, Optional.of(after), Optional.of(model)),
                BEFORE,
                Optional.of(after),
                Optional.of(model),
                new SignalQuality(120, 0.9, 0.8, 0.95, 0.7),
                new DemoReport.Pairs(Map.of("natural retry", 41L), Map.of("margin", 7)),
                Optional.of(
                        new DemoReport.Training(
                                "r",
                                "registered",
                                "",
                                new DemoReport.Dataset(80, 8, 12, 0.93),
                                2,
                                9.5,
                                List.of(
                                        new DemoReport.Step(1, 1.2, 0.5, 0),
                                        new DemoReport.Step(2, 0.9, 0.8, 0.1)),
                                List.of(
                                        new DemoReport.Gate(
                                                "perplexity_ratio",
                                                1.01,
                                                1.03,
                                                false,
                                                true,
                                                "ok")))),
                new DemoReport.Rollout(
                        "v1-abc",
                        List.of(
                                new DemoReport.Change(1, Map.of("base", 1.0), ""),
                                new DemoReport.Change(
                                        400, Map.of("base", 0.5, "v1-abc", 0.5), "canary"),
                                new DemoReport.Change(450, Map.of("v1-abc", 1.0), "better")),
                        List.of(
                                new DemoReport.StageChange(0, "base", "champion", ""),
                                new DemoReport.StageChange(400, "v1-abc", "canary", "passed")),
                        "canary 12 / 0 / 3"),
                traffic,
                List.of(
                        new DemoReport.Interaction(10, "learning", "base", false),
                        new DemoReport.Interaction(420, "rollout", "v1-abc", true)),
                List.of(new DemoReport.Sample("Why is <b> bold?", "long", "short", false, true)));
    }
}
