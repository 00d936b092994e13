package dev.rejoinder.trainer.anchor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.AtomicFile;
import dev.rejoinder.lm.score.Pack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Anchors on disk, one file for each base, tokenizer and seed: a later run and a resumed one read
 * the same texts and floats back.
 */
public final class AnchorStore {
    private static final Log LOG = Log.of(AnchorStore.class);
    private static final String OPENINGS = "openings.txt";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final LanguageModel model;

    /**
     * @param folder made when it is first needed
     */
    public AnchorStore(Path folder, LanguageModel model) {
        this.folder = folder;
        this.model = model;
    }

    private record Line(int[] opening, int[] continuation, float[] base) {
        static Line of(Anchor anchor) {
            Pack pack = anchor.pack();
            return new Line(pack.prefix(), pack.continuations().getFirst(), anchor.base());
        }

        Anchor anchor() {
            return new Anchor(new Pack(opening, List.of(continuation)), base);
        }
    }

    /**
     * Reads the anchors, or lets the base write them first.
     *
     * @param seed of what is sampled
     * @param stop asked between passes
     * @throws dev.rejoinder.trainer.dataset.InterruptedRunException if stop said so
     */
    public List<Anchor> anchors(long seed, BooleanSupplier stop) {
        String openings = openings();
        Path file = folder.resolve(name(openings, seed));
        if (Files.exists(file))
            try {
                return read(file);
            } catch (IllegalArgumentException | IOException e) {
                LOG.warn(
                        "the anchors are unusable, the base writes them again",
                        "file",
                        file,
                        "reason",
                        reason(e));
            }
        List<Anchor> anchors =
                new AnchorSampler(model, stop).sample(openings.lines().toList(), seed);
        write(file, anchors);
        return anchors;
    }

    /** Jackson's own messages run over several lines and quote the file. */
    private static @Nullable String reason(Exception e) {
        return e instanceof JsonProcessingException fault
                ? fault.getOriginalMessage()
                : e.getMessage();
    }

    private String name(String openings, long seed) {
        String id =
                Digests.id(
                        "anchors",
                        model.info().digest(),
                        model.tokenizer().digest(),
                        openings,
                        String.valueOf(seed));
        return "anchors-" + id + ".json";
    }

    private static List<Anchor> read(Path file) throws IOException {
        Line[] lines = JSON.readValue(Files.readAllBytes(file), Line[].class);
        return Arrays.stream(lines).map(Line::anchor).toList();
    }

    private static void write(Path file, List<Anchor> anchors) {
        try {
            AtomicFile.write(file, JSON.writeValueAsBytes(anchors.stream().map(Line::of).toList()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("anchors are arrays of numbers", e);
        }
    }

    private static String openings() {
        try (InputStream in = AnchorStore.class.getResourceAsStream(OPENINGS)) {
            if (in == null)
                throw new IllegalStateException(OPENINGS + " is missing from the trainer's jar");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(OPENINGS + " is unreadable", e);
        }
    }
}
