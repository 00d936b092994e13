package dev.rejoinder.standalone.platform;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.nio.file.Path;
import java.time.Instant;

/** The services are up: writes down how to reach them, then waits for the end. */
public final class PlatformApplication implements QuarkusApplication {
    /**
     * @param args data folder, host, port, Kafka's address
     */
    @Override
    public int run(String... args) {
        DataFolder folder = new DataFolder(Path.of(args[0]));
        PlatformRecord record =
                new PlatformRecord(
                        ProcessHandle.current().pid(),
                        args[1],
                        Integer.parseInt(args[2]),
                        args[3],
                        Instant.now().toString());
        record.write(folder);
        System.out.println(ListeningLine.of(record.host(), record.port()));
        Quarkus.waitForExit();
        return 0;
    }
}
