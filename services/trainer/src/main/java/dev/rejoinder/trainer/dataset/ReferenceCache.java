package dev.rejoinder.trainer.dataset;

import dev.rejoinder.trainer.loss.PairLogProbs.Reference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The base's log-probabilities of pairs, on disk: one file for each base and tokenizer, one line
 * for each pair. They never change, so a later run and a resumed one read them back exactly.
 */
public final class ReferenceCache {
    private final Path file;
    private final Map<String, Reference> known = new HashMap<>();

    /** Opens the file of a base and tokenizer, or makes it; a torn last line is cut off. */
    public ReferenceCache(Path folder, String baseDigest, String tokenizerDigest) {
        this.file = folder.resolve(baseDigest + "-" + tokenizerDigest + ".tsv");
        try {
            Files.createDirectories(folder);
            if (Files.exists(file)) read();
        } catch (IOException e) {
            throw new UncheckedIOException("the reference cache " + file + " is unreadable", e);
        }
    }

    public Optional<Reference> get(String pairDigest) {
        return Optional.ofNullable(known.get(pairDigest));
    }

    /** Keeps a batch; it is on disk when this returns. */
    public void putAll(Map<String, Reference> batch) {
        StringBuilder lines = new StringBuilder();
        batch.forEach((digest, r) ->
                lines.append(digest)
                        .append('\t')
                        .append(r.chosen())
                        .append('\t')
                        .append(r.rejected())
                        .append('\n'));
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("the reference cache " + file + " is unwritable", e);
        }
        known.putAll(batch);
    }

    private void read() throws IOException {
        String text = Files.readString(file);
        int whole = text.lastIndexOf('\n') + 1;
        if (whole < text.length())
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole);
            }
        text.substring(0, whole)
                .lines()
                .map(line -> line.split("\t"))
                .forEach(f ->
                        known.put(
                                f[0],
                                new Reference(Double.parseDouble(f[1]), Double.parseDouble(f[2]))));
    }
}
