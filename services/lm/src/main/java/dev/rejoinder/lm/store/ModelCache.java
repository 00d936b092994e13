package dev.rejoinder.lm.store;

import dev.rejoinder.lm.read.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The user's folder of fetched models; a name in it always stands for a whole file. */
final class ModelCache {
    private static final String UNFINISHED = ".fetching-";

    private final Path folder;

    ModelCache(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    Path path(KnownModel model) {
        return folder.resolve(model.file());
    }

    /** Whether the file is there and whole. */
    boolean holds(KnownModel model) {
        Path file = path(model);
        return Files.isRegularFile(file)
                && file.toFile().length() == model.bytes()
                && Digests.of(file).equals(model.digest());
    }

    /** Models by the name of their file or folder. */
    List<Path> entries() throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(ModelCache::isModel).sorted().toList();
        }
    }

    private static boolean isModel(Path path) {
        return path.toString().endsWith(".gguf") && Files.isRegularFile(path)
                || Files.isRegularFile(path.resolve("config.json"));
    }

    /** Makes the folder and takes the lock; what a killed process left is swept away. */
    CacheLock lock(Progress progress) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        CacheLock lock = CacheLock.acquire(folder, progress);
        try (Stream<Path> paths = Files.list(folder)) {
            paths.filter(path -> path.getFileName().toString().startsWith(".wheel-"))
                    .forEach(Folders::deleteQuietly);
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Fetches a known model and puts it in place if, and only if, its digest is right.
     *
     * @throws IOException with a reason of one line; what was fetched is gone
     */
    Path fetch(KnownModel model, ModelSource source, Progress progress)
            throws IOException, InterruptedException {
        Path fresh = folder.resolve(UNFINISHED + model.file());
        source.fetch(fresh, progress);
        String digest = Digests.of(fresh);
        if (!digest.equals(model.digest())) throw another(fresh, digest, model);
        return install(fresh, path(model));
    }

    /**
     * Fetches whatever the source has: a known model to its own place, another under the name.
     *
     * @throws IOException if the name is a known model's and the content is not
     */
    Path fetch(String name, ModelSource source, List<KnownModel> known, Progress progress)
            throws IOException, InterruptedException {
        Path fresh = folder.resolve(UNFINISHED + name);
        source.fetch(fresh, progress);
        String digest = Digests.of(fresh);
        Path target = folder.resolve(name);
        for (KnownModel model : known) {
            if (model.digest().equals(digest)) target = path(model);
            else if (model.file().equals(name)) throw another(fresh, digest, model);
        }
        return install(fresh, target);
    }

    private static IOException another(Path fresh, String digest, KnownModel model)
            throws IOException {
        Files.delete(fresh);
        return new IOException(
                "it is another file than %s: SHA-256 %s... instead of %s..."
                        .formatted(
                                model.file(),
                                digest.substring(0, 12),
                                model.digest().substring(0, 12)));
    }

    private static Path install(Path fresh, Path target) throws IOException {
        return Files.move(
                fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
