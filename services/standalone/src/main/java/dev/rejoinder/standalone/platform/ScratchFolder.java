package dev.rejoinder.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The fresh folder of a platform that is started for a while; gone when that is over. */
public record ScratchFolder(Path folder) {
    /**
     * @param purpose part of its name
     */
    public static ScratchFolder create(String purpose) {
        try {
            return new ScratchFolder(Files.createTempDirectory("rejoinder-" + purpose + "-"));
        } catch (IOException e) {
            throw new CannotGoOn(
                    "no temporary folder can be made (" + e.getMessage() + "); free some disk", e);
        }
    }

    /** Puts the platform's log beside the report, so that a failed demo can be looked into. */
    public void keepLog(Path log, Path out) {
        try {
            Files.createDirectories(out);
            if (Files.exists(log))
                Files.copy(log, out.resolve("platform.log"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CannotGoOn(
                    "the folder " + out + " cannot be written; choose another with --out", e);
        }
    }

    public synchronized void delete() {
        if (!Files.exists(folder)) return;
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new CannotGoOn("the temporary folder " + folder + " cannot be deleted", e);
        }
    }
}
