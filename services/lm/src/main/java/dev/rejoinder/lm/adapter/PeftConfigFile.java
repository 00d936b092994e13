package dev.rejoinder.lm.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.read.UnreadableModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An {@code adapter_config.json}: PEFT's LoraConfig, of which plain LoRA on linear modules is
 * served.
 *
 * @param baseDigest of the base it was made for, where it says so: the weights' metadata does
 */
record PeftConfigFile(PeftModules modules, Optional<String> baseDigest) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Fields of LoraConfig that change what is computed; served where they are not used. */
    private static final List<String> NOT_SERVED =
            List.of(
                    "use_dora",
                    "fan_in_fan_out",
                    "modules_to_save",
                    "lora_bias",
                    "trainable_token_indices",
                    "target_parameters",
                    "layer_replication",
                    "megatron_config",
                    "alora_invocation_tokens",
                    "use_qalora",
                    "use_bdlora",
                    "arrow_config",
                    "kasa_config",
                    "velora_config",
                    "monteclora_config");

    /** Starts of training that leave the base's weights as they are. */
    private static final Set<String> PLAIN_STARTS =
            Set.of("true", "false", "gaussian", "eva", "orthogonal");

    /**
     * @throws UnreadableModelException if it is missing, damaged, or of a kind that is not served
     */
    static PeftConfigFile read(Path file) {
        JsonNode json = parse(file);
        try {
            requireServed(json);
            PeftModules modules = PeftModules.read(config(json), json);
            JsonNode base = json.path("rejoinder").path("base_digest");
            return new PeftConfigFile(
                    modules, base.isTextual() ? Optional.of(base.asText()) : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(file + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json.isObject()) return json;
            throw new UnreadableModelException(file + " is no JSON object; copy the whole adapter");
        } catch (IOException e) {
            throw new UnreadableModelException(
                    file + " is missing or no JSON; copy the whole adapter", e);
        }
    }

    private static void requireServed(JsonNode json) {
        require(json, "peft_type", json.path("peft_type").asText().equals("LORA"), "LORA");
        require(json, "bias", json.path("bias").asText("none").equals("none"), "none");
        String start = json.path("init_lora_weights").asText("true");
        require(json, "init_lora_weights", PLAIN_STARTS.contains(start), "true");
        for (String field : NOT_SERVED)
            require(json, field, isUnused(json.path(field)), "PEFT's default");
    }

    private static void require(JsonNode json, String field, boolean served, String remedy) {
        if (!served)
            throw new IllegalArgumentException(
                    "%s of %s is not served; train with %s"
                            .formatted(field, json.path(field), remedy));
    }

    private static boolean isUnused(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || value.isBoolean() && !value.asBoolean()
                || value.isContainerNode() && value.isEmpty();
    }

    private static AdapterConfig config(JsonNode json) {
        JsonNode named = json.path("target_modules");
        List<String> targets = new ArrayList<>();
        if (named.isTextual()) targets.add(named.asText());
        else named.forEach(t -> targets.add(t.asText()));
        return new AdapterConfig(
                whole(json, "r"),
                json.path("lora_alpha").asDouble(),
                targets,
                json.path("use_rslora").asBoolean());
    }

    private static int whole(JsonNode json, String field) {
        require(json, field, json.path(field).isInt(), "a whole number");
        return json.path(field).asInt();
    }

    /** The bytes of the file of an adapter that was trained here. */
    static byte[] bytes(AdapterConfig config, String baseName) {
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
        return (node.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
