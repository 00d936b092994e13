package dev.rejoinder.lm.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.read.ModelConfig.RopeScaling;
import java.nio.file.Path;
import java.util.Set;

/** A {@code config.json} of transformers as a {@link ModelConfig}. */
final class JsonConfig {
    private static final Set<String> ARCHITECTURES = Set.of("llama", "mistral", "qwen2", "qwen3");

    private final Path file;
    private final JsonNode json;
    private final String architecture;
    private final Set<String> tensors;

    private JsonConfig(Path file, JsonNode json, Set<String> tensors) {
        this.file = file;
        this.json = json;
        this.architecture = json.path("model_type").asText();
        this.tensors = tensors;
    }

    /**
     * @param tensors names in the weights' files, which decide what an old configuration leaves out
     * @throws UnreadableModelException if the model needs what is not implemented, or a number is
     *     missing
     */
    static ModelConfig read(Path file, Set<String> tensors) {
        return new JsonConfig(file, JsonFile.read(file), tensors).read();
    }

    private ModelConfig read() {
        if (!ARCHITECTURES.contains(architecture)) throw unsupported(architecture);
        if (!json.path("hidden_act").asText("silu").equals("silu")) {
            throw unsupported(architecture + " with " + json.path("hidden_act").asText());
        }
        int hidden = integer("hidden_size");
        int heads = integer("num_attention_heads");
        int head = json.path("head_dim").asInt(heads == 0 ? 0 : defaultHeadSize(hidden, heads));
        return new ModelConfig(
                architecture,
                integer("num_hidden_layers"),
                hidden,
                integer("intermediate_size"),
                heads,
                json.path("num_key_value_heads").asInt(heads),
                head,
                integer("vocab_size"),
                integer("max_position_embeddings"),
                json.path("rms_norm_eps").asDouble(1e-6),
                rope().path("rope_theta").asDouble(json.path("rope_theta").asDouble(10_000)),
                scaling(),
                slidingWindow(),
                tensors.contains("model.layers.0.self_attn.q_proj.bias"),
                architecture.equals("qwen3"),
                tied());
    }

    private int defaultHeadSize(int hidden, int heads) {
        return architecture.equals("qwen3") ? 128 : hidden / heads;
    }

    private boolean tied() {
        boolean hasHead = tensors.contains("lm_head.weight");
        return json.path("tie_word_embeddings").asBoolean(!hasHead);
    }

    /** {@code rope_parameters} since transformers 5, {@code rope_scaling} before. */
    private JsonNode rope() {
        JsonNode parameters = json.path("rope_parameters");
        return parameters.isObject() ? parameters : json.path("rope_scaling");
    }

    private RopeScaling scaling() {
        JsonNode rope = rope();
        String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
        return switch (type) {
            case "default" -> RopeScaling.none();
            case "llama3" ->
                    new RopeScaling(
                            number(rope, "factor"),
                            number(rope, "low_freq_factor"),
                            number(rope, "high_freq_factor"),
                            (int) number(rope, "original_max_position_embeddings"));
            default -> throw unsupported(architecture + " with rope scaling " + type);
        };
    }

    private int slidingWindow() {
        int window = json.path("sliding_window").asInt(0);
        boolean qwen = architecture.startsWith("qwen");
        if (architecture.equals("llama") || window == 0) return 0;
        if (!qwen) return window;
        if (!json.path("use_sliding_window").asBoolean(false)) return 0;
        int full = json.path("max_window_layers").asInt(28);
        if (full >= integer("num_hidden_layers")) return 0;
        if (full == 0) return window;
        throw unsupported(architecture + " with a sliding window in some layers");
    }

    private int integer(String key) {
        JsonNode value = json.path(key);
        if (value.canConvertToInt() && value.isIntegralNumber()) return value.asInt();
        throw new UnreadableModelException(
                "%s: %s is %s, a number is needed; use the file that came with the weights"
                        .formatted(file, key, value.isMissingNode() ? "missing" : value));
    }

    private double number(JsonNode node, String key) {
        JsonNode value = node.path(key);
        if (value.isNumber()) return value.asDouble();
        throw new UnreadableModelException(
                "%s: %s of the rope scaling is missing; use the file that came with the weights"
                        .formatted(file, key));
    }

    private UnreadableModelException unsupported(String what) {
        return UnsupportedArchitecture.of(file, what.isEmpty() ? "unknown" : what);
    }
}
