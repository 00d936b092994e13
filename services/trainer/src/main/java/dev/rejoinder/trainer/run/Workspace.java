package dev.rejoinder.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The trainer's folder: {@code datasets}, {@code references}, {@code runs/<id>} with a checkpoint
 * and one adapter for each epoch while the run lives, {@code artifacts/<adapter digest>} for what
 * was registered.
 */
public final class Workspace {
    private final Path folder;

    public Workspace(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    public Path datasets() {
        return folder.resolve("datasets");
    }

    public Path references() {
        return folder.resolve("references");
    }

    Path checkpoint(RunId run) {
        return made(runFolder(run)).resolve("checkpoint.safetensors");
    }

    Path epoch(RunId run, int epoch) {
        return made(runFolder(run)).resolve("epoch-" + epoch);
    }

    /**
     * Copies an adapter to where it stays, unless it is there already; a crash leaves no half.
     *
     * @return its folder
     */
    Path publish(Path adapter, String digest) {
        Path target = folder.resolve("artifacts").resolve(digest);
        if (Files.exists(target)) return target;
        Path part = target.resolveSibling(digest + ".part");
        try {
            delete(part);
            Files.createDirectories(part);
            for (Path file : list(adapter)) Files.copy(file, part.resolve(file.getFileName()));
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            return target;
        } catch (FileAlreadyExistsException e) {
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the adapter could not be copied to " + target + "; is the disk full?", e);
        }
    }

    /** Forgets the checkpoint and the epochs of a run that is over. */
    void clear(RunId run) {
        delete(runFolder(run));
    }

    /** Forgets everything. */
    void remove() {
        delete(folder);
    }

    private Path runFolder(RunId run) {
        return folder.resolve("runs").resolve(run.value());
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    folder + " could not be made; is the disk full or read-only?", e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList())
                Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " could not be removed", e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
