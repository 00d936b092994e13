package dev.rejoinder.lm.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.read.Digests;
import dev.rejoinder.lm.read.Safetensors;
import dev.rejoinder.lm.read.UnreadableModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
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
        AdapterConfig config, AdapterTensors tensors, String digest, Optional<String> baseDigest) {
    public static final String WEIGHTS = "adapter_model.safetensors";
    public static final String CONFIG = "adapter_config.json";

    private static final String SCALE = "rejoinder.scale";
    private static final String BASE = "rejoinder.base_digest";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Fields of LoraConfig that change the computation, and the only value that is served. */
    private static final Map<String, String> PLAIN =
            Map.of(
                    "use_dora", "false",
                    "fan_in_fan_out", "false",
                    "bias", "\"none\"",
                    "modules_to_save", "null",
                    "layers_to_transform", "null",
                    "rank_pattern", "{}",
                    "alpha_pattern", "{}");

    /**
     * Reads and checks both files.
     *
     * @throws UnreadableModelException if one is missing, damaged, not finite, of a kind that is
     *     not served, or if the two do not belong together
     */
    public static PeftFolder read(Path folder) {
        Path weights = folder.resolve(WEIGHTS);
        JsonNode json = parse(folder.resolve(CONFIG));
        AdapterConfig config = config(folder.resolve(CONFIG), json);
        if (!Files.isRegularFile(weights))
            throw new UnreadableModelException(weights + " is missing; copy the whole adapter");
        Map<String, AdapterTensors.Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata;
        try (Safetensors file = Safetensors.open(weights)) {
            metadata = file.metadata();
            for (String name : file.names().stream().sorted().toList())
                tensors.put(name, matrix(weights, name, file.shape(name), file.read(name)));
        }
        JsonNode named = json.path("rejoinder").path("base_digest");
        Optional<String> base =
                named.isTextual()
                        ? Optional.of(named.asText())
                        : Optional.ofNullable(metadata.get(BASE));
        requireSame(folder, "scale", metadata.get(SCALE), String.valueOf(config.scale()));
        requireSame(folder, "base", metadata.get(BASE), base.orElse(null));
        return new PeftFolder(config, new AdapterTensors(tensors), Digests.of(weights), base);
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
        byte[] json = json(config, baseName, baseDigest).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(folder.resolve(CONFIG), json);
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

    private static String json(AdapterConfig config, String baseName, String baseDigest) {
        var node = JSON.createObjectNode();
        node.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
        node.put("base_model_name_or_path", baseName).put("inference_mode", true);
        node.put("r", config.rank()).put("lora_alpha", config.alpha()).put("lora_dropout", 0.0);
        node.put("use_rslora", config.rankStabilised());
        var targets = node.putArray("target_modules");
        config.targets().forEach(targets::add);
        node.put("bias", "none").put("fan_in_fan_out", false).put("use_dora", false);
        node.putNull("modules_to_save").putNull("layers_to_transform");
        node.putObject("rank_pattern");
        node.putObject("alpha_pattern");
        node.putObject("rejoinder").put("base_digest", baseDigest);
        return node.toPrettyString() + "\n";
    }

    private static JsonNode parse(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UnreadableModelException(
                    file + " is missing or no JSON; copy the whole adapter", e);
        }
    }

    private static AdapterConfig config(Path file, JsonNode json) {
        if (!json.path("peft_type").asText().equals("LORA"))
            throw new UnreadableModelException(
                    "%s: peft_type of %s is not served; train a LORA adapter"
                            .formatted(file, json.path("peft_type")));
        for (var plain : PLAIN.entrySet()) {
            JsonNode value = json.path(plain.getKey());
            if (!value.isMissingNode() && !value.isNull() && !isPlain(value, plain.getValue()))
                throw new UnreadableModelException(
                        "%s: %s of %s is not served; train with %s"
                                .formatted(file, plain.getKey(), value, plain.getValue()));
        }
        if (!json.path("target_modules").isArray())
            throw new UnreadableModelException(
                    file + ": target_modules is no list; name the modules one by one");
        List<String> targets = new ArrayList<>();
        json.path("target_modules").forEach(t -> targets.add(t.asText()));
        try {
            return new AdapterConfig(
                    json.path("r").asInt(),
                    json.path("lora_alpha").asDouble(),
                    targets,
                    json.path("use_rslora").asBoolean());
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isPlain(JsonNode value, String plain) {
        return value.toString().equals(plain)
                || plain.equals("null") && value.isEmpty() && value.isArray();
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
