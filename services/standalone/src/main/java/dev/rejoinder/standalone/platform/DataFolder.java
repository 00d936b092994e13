package dev.rejoinder.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The one folder a platform keeps everything in: Kafka's log, PostgreSQL's data, the spool,
 * adapters and checkpoints, its log file, and the record of the process that runs on it.
 */
public record DataFolder(Path root) {
    public DataFolder {
        root = root.toAbsolutePath().normalize();
    }

    /** {@code $XDG_DATA_HOME/rejoinder}, or {@code ~/.local/share/rejoinder}. */
    public static DataFolder standard() {
        String xdg = System.getenv("XDG_DATA_HOME");
        Path home = Path.of(System.getProperty("user.home"), ".local", "share");
        return new DataFolder(
                (xdg == null || xdg.isBlank() ? home : Path.of(xdg)).resolve("rejoinder"));
    }

    /** Makes the folder. */
    public DataFolder create() {
        try {
            Files.createDirectories(root);
            return this;
        } catch (IOException e) {
            throw new CannotGoOn(
                    "the data folder "
                            + root
                            + " cannot be made ("
                            + e.getMessage()
                            + "); choose another with --data-dir",
                    e);
        }
    }

    public Path kafka() {
        return root.resolve("kafka");
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    /** Turns that are not yet on Kafka. */
    public Path spool() {
        return root.resolve("spool");
    }

    /** Adapters, checkpoints and snapshots of training runs. */
    public Path training() {
        return root.resolve("training");
    }

    public Path log() {
        return root.resolve("platform.log");
    }

    /** The log before, of starts that are long over. */
    Path olderLog() {
        return root.resolve("platform.log.1");
    }

    Path lock() {
        return root.resolve("lock");
    }

    Path ports() {
        return root.resolve("ports.properties");
    }

    Path record() {
        return root.resolve("platform.json");
    }
}
