package dev.rejoinder.signals.train;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.signals.detect.Exchange;
import dev.rejoinder.signals.detect.FollowUpFeatures;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * States that were read once, kept on disk: reading thousands of follow-ups takes a while, and a
 * run that was stopped goes on where it was. One file for each base and choice of layers; its
 * records are a digest of the exchange (32 ASCII characters) and the numbers (float32, big-endian).
 * A record cut off by a crash is dropped.
 */
final class FeatureCache {
    private static final int KEY = 32;
    private static final int BATCH = 32;

    private final Path file;
    private final FollowUpFeatures features;
    private final Map<String, float[]> known = new HashMap<>();

    /**
     * @param identity whatever the numbers depend on beside the exchange
     */
    FeatureCache(Path folder, FollowUpFeatures features, String... identity) throws IOException {
        this.features = features;
        this.file = folder.resolve("follow-ups-" + Digests.id("features", identity) + ".f32");
        Files.createDirectories(folder);
        if (Files.exists(file)) load();
    }

    /**
     * Numbers of all exchanges, in their order; those that are not known are read now, in batches.
     *
     * @param progress gets the number of exchanges that are known, again and again and at the end
     */
    float[][] of(List<Exchange> exchanges, IntConsumer progress) throws IOException {
        List<Exchange> missing =
                exchanges.stream().filter(e -> !known.containsKey(key(e))).distinct().toList();
        for (int from = 0; from < missing.size(); from += BATCH) {
            read(missing.subList(from, Math.min(missing.size(), from + BATCH)));
            progress.accept(Math.max(0, exchanges.size() - missing.size() + from));
        }
        progress.accept(exchanges.size());
        return exchanges.stream().map(e -> known.get(key(e))).toArray(float[][]::new);
    }

    private void read(List<Exchange> batch) throws IOException {
        float[][] rows = features.states(batch);
        ByteBuffer record = ByteBuffer.allocate(KEY + features.statesSize() * Float.BYTES);
        try (var raw =
                        Files.newOutputStream(
                                file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                var out = new DataOutputStream(new BufferedOutputStream(raw))) {
            for (int i = 0; i < rows.length; i++) {
                String key = key(batch.get(i));
                record.clear().put(key.getBytes(StandardCharsets.US_ASCII));
                for (float f : rows[i]) record.putFloat(f);
                out.write(record.array());
                known.put(key, rows[i]);
            }
        }
    }

    private void load() throws IOException {
        byte[] bytes = new byte[KEY + features.statesSize() * Float.BYTES];
        long whole = Files.size(file) / bytes.length * bytes.length;
        if (whole < Files.size(file)) cutTo(whole);
        try (var in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
            for (long at = 0; at < whole; at += bytes.length) {
                in.readFully(bytes);
                remember(ByteBuffer.wrap(bytes));
            }
        }
    }

    private void remember(ByteBuffer record) {
        byte[] key = new byte[KEY];
        record.get(key);
        float[] row = new float[features.statesSize()];
        for (int i = 0; i < row.length; i++) row[i] = record.getFloat();
        known.put(new String(key, StandardCharsets.US_ASCII), row);
    }

    private void cutTo(long length) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    private static String key(Exchange e) {
        return Digests.id("exchange", e.request(), e.reply(), e.followUp());
    }
}
