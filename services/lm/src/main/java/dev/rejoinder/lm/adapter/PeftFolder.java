package dev.rejoinder.lm.adapter;

import dev.rejoinder.lm.read.Digests;
import dev.rejoinder.lm.read.Safetensors;
import dev.rejoinder.lm.read.UnreadableModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An adapter on disk as PEFT and vLLM read and write it: {@value #WEIGHTS} and {@value #CONFIG}.
 *
 * <p>What we write carries its scale and its base in the weights' metadata too, so that the digest
 * of the weights answers for the numbers of the configuration that no shape gives away.
 *
 * @param digest SHA-256 of the weights' file, lower-case hex
 * @param baseDigest of the base it was made for, where the files say so
 */
public record PeftFolder(
        PeftModules modules, AdapterTensors tensors, String digest, Optional<String> baseDigest) {
    public static final String WEIGHTS = "adapter_model.safetensors";
    public static final String CONFIG = "adapter_config.json";

    private static final String SCALE = "rejoinder.scale";
    private static final String BASE = "rejoinder.base_digest";

    /**
     * Reads and checks both files.
     *
     * @throws UnreadableModelException if one is missing, damaged, not finite, of a kind that is
     *     not served, or if the two do not belong together
     */
    public static PeftFolder read(Path folder) {
        Path weights = folder.resolve(WEIGHTS);
        PeftConfigFile file = PeftConfigFile.read(folder.resolve(CONFIG));
        if (!Files.isRegularFile(weights))
            throw new UnreadableModelException(weights + " is missing; copy the whole adapter");
        Map<String, AdapterTensors.Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata;
        try (Safetensors stored = Safetensors.open(weights)) {
            metadata = stored.metadata();
            for (String name : stored.names().stream().sorted().toList())
                tensors.put(name, matrix(weights, name, stored.shape(name), stored.read(name)));
        }
        Optional<String> base = file.baseDigest().or(() -> Optional.ofNullable(metadata.get(BASE)));
        requireSame(folder, "scale", metadata.get(SCALE), file.modules().scale());
        requireSame(folder, "base", metadata.get(BASE), base.orElse(null));
        String digest = Digests.of(weights);
        return new PeftFolder(file.modules(), new AdapterTensors(tensors), digest, base);
    }

    public AdapterConfig config() {
        return modules.config();
    }

    private static void requireSame(
            Path folder, String what, @Nullable String weights, @Nullable String config) {
        if (weights != null && !weights.equals(config))
            throw new UnreadableModelException(
                    "%s: %s gives a %s of %s, and %s was written with %s; one of them was changed, copy the whole adapter again"
                            .formatted(folder, CONFIG, what, config, WEIGHTS, weights));
    }

    /**
     * Writes an adapter: the weights, then the configuration, each atomically.
     *
     * @param baseName the base as people name it
     * @return the digest of the weights
     */
    public static String write(
            Path folder,
            AdapterConfig config,
            AdapterTensors tensors,
            String baseName,
            String baseDigest) {
        byte[] weights = bytes(config, tensors, baseDigest);
        AtomicFile.write(folder.resolve(WEIGHTS), weights);
        AtomicFile.write(folder.resolve(CONFIG), PeftConfigFile.bytes(config, baseName));
        return sha256(weights);
    }

    /** The digest that the file of weights will have. */
    public static String digest(AdapterConfig config, AdapterTensors tensors, String baseDigest) {
        return sha256(bytes(config, tensors, baseDigest));
    }

    private static byte[] bytes(AdapterConfig config, AdapterTensors tensors, String baseDigest) {
        SequencedMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put(SCALE, String.valueOf(config.scale()));
        metadata.put(BASE, baseDigest);
        return SafetensorsBytes.of(tensors, metadata);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static AdapterTensors.Tensor matrix(
            Path file, String name, long[] shape, float[] values) {
        if (shape.length != 2)
            throw new UnreadableModelException(
                    "%s: tensor %s has %d dimensions, a factor has 2; export the adapter again"
                            .formatted(file, name, shape.length));
        return new AdapterTensors.Tensor((int) shape[0], (int) shape[1], values);
    }
}
