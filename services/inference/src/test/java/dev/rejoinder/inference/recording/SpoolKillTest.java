package dev.rejoinder.inference.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes. */
class SpoolKillTest {
    private static final int ENTRIES_BEFORE_THE_KILL = 300;

    /** Appends for ever and prints what is durable. */
    static final class Appender {
        private Appender() {}

        public static void main(String[] args) {
            Spool spool = Spool.open(Path.of(args[0]), Long.MAX_VALUE, 4096);
            for (int i = 0; ; i++) {
                String key = "key-" + i;
                spool.append(new SpoolEntry(key, new byte[i % 200]))
                        .thenRun(() -> System.out.println(key))
                        .join();
            }
        }
    }

    @Test
    void everythingThatWasReportedDurableIsThereAfterKillMinusNine(@TempDir Path folder)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Appender.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> reported = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            while (reported.size() < ENTRIES_BEFORE_THE_KILL) reported.add(out.readLine());
            // Not through Process: that would close the pipe before it is read to its end.
            process.toHandle().destroyForcibly();
            out.lines().forEach(reported::add);
        }
        process.waitFor();

        List<String> found = new ArrayList<>();
        try (Spool spool = Spool.open(folder, Long.MAX_VALUE)) {
            for (Spool.Batch batch = spool.read(1 << 20);
                    !batch.entries().isEmpty();
                    batch = spool.read(1 << 20)) {
                batch.entries().forEach(entry -> found.add(entry.key()));
                spool.acknowledge(batch);
            }
        }

        assertThat(reported).contains("key-0");
        // The last line may have been cut off by the kill.
        List<String> certain = reported.subList(0, reported.size() - 1);
        assertThat(found.subList(0, certain.size())).isEqualTo(certain);
    }
}
