package dev.rejoinder.standalone.demo.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.rejoinder.standalone.demo.DemoReport;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes {@code report.json} and {@code report.html}. */
public final class ReportFiles {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .addModule(new Jdk8Module())
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    private ReportFiles() {}

    /**
     * Makes the folder, before anything that would have to be reported takes its time.
     *
     * @throws CannotGoOn if nothing can be written there
     */
    public static void prepare(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".probe", ""));
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * @return the page
     */
    public static Path write(DemoReport report, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("report.json"), JSON.writeValueAsBytes(report));
            Path page = folder.resolve("report.html");
            Files.writeString(page, HtmlReport.of(report));
            return page;
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static CannotGoOn unwritable(Path folder, IOException e) {
        return new CannotGoOn(
                "the report cannot be written to "
                        + folder
                        + " ("
                        + e.getMessage()
                        + "); choose another folder with --out",
                e);
    }
}
