package dev.rejoinder.trainer.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rejoinder.lm.adapter.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Snapshots as files of JSON lines, named by their digest and never changed: a header, then one
 * pair a line.
 */
public final class SnapshotStore {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;

    /**
     * @param folder made when it is first needed
     */
    public SnapshotStore(Path folder) {
        this.folder = folder;
    }

    private record Header(String digest, long lastPosition) {}

    private record Line(boolean heldOut, Pair pair) {}

    /** Writes the snapshot unless it is there already; a crash leaves no half-written one. */
    public void save(Snapshot snapshot) {
        Path file = file(snapshot.digest());
        if (Files.exists(file)) return;
        List<String> lines = new ArrayList<>();
        try {
            lines.add(
                    JSON.writeValueAsString(
                            new Header(snapshot.digest(), snapshot.lastPosition())));
            for (Pair p : snapshot.train()) lines.add(JSON.writeValueAsString(new Line(false, p)));
            for (Pair p : snapshot.heldOut()) lines.add(JSON.writeValueAsString(new Line(true, p)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("pairs are records of texts and numbers", e);
        }
        String text = String.join("\n", lines) + "\n";
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a snapshot again.
     *
     * @throws IllegalArgumentException if it is not there or not what its name says
     */
    public Snapshot load(String digest) {
        Path file = file(digest);
        if (!Files.exists(file))
            throw new IllegalArgumentException(
                    "there is no dataset " + digest + " in " + folder + "; start a new run");
        Snapshot snapshot = read(file);
        if (!snapshot.digest().equals(digest))
            throw new IllegalArgumentException(
                    "the dataset "
                            + file
                            + " was changed: its pairs have the digest "
                            + snapshot.digest()
                            + "; delete it and start a new run");
        return snapshot;
    }

    private static Snapshot read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<Pair> train = new ArrayList<>();
            List<Pair> heldOut = new ArrayList<>();
            Header header = JSON.readValue(lines.getFirst(), Header.class);
            for (String text : lines.subList(1, lines.size())) {
                Line line = JSON.readValue(text, Line.class);
                (line.heldOut() ? heldOut : train).add(line.pair());
            }
            return new Snapshot(train, heldOut, header.lastPosition());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the dataset " + file + " is damaged; delete it and start a new run", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the dataset " + file + " could not be read", e);
        }
    }

    private Path file(String digest) {
        return folder.resolve(digest + ".jsonl");
    }
}
