package dev.rejoinder.lm.read;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The tensors that a configuration asks for, checked against a file before anything is loaded. */
final class RequiredTensors {
    /** Buffers that old exporters wrote and nobody reads; and the head of a tied model. */
    private static final Pattern IGNORED =
            Pattern.compile(".*rotary_emb\\.inv_freq|lm_head\\.weight");

    private RequiredTensors() {}

    /** Hugging Face names to shapes. */
    static Map<String, long[]> of(ModelConfig config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", shape(config.vocabulary(), config.hidden()));
        for (int layer = 0; layer < config.layers(); layer++) {
            addLayer(shapes, "model.layers." + layer + ".", config);
        }
        shapes.put("model.norm.weight", shape(config.hidden()));
        if (!config.tiedEmbeddings()) {
            shapes.put("lm_head.weight", shape(config.vocabulary(), config.hidden()));
        }
        return shapes;
    }

    private static void addLayer(Map<String, long[]> shapes, String layer, ModelConfig config) {
        int hidden = config.hidden();
        int queries = config.heads() * config.headSize();
        int keys = config.keyValueHeads() * config.headSize();
        String attention = layer + "self_attn.";
        shapes.put(layer + "input_layernorm.weight", shape(hidden));
        shapes.put(attention + "q_proj.weight", shape(queries, hidden));
        shapes.put(attention + "k_proj.weight", shape(keys, hidden));
        shapes.put(attention + "v_proj.weight", shape(keys, hidden));
        shapes.put(attention + "o_proj.weight", shape(hidden, queries));
        if (config.attentionBias()) {
            shapes.put(attention + "q_proj.bias", shape(queries));
            shapes.put(attention + "k_proj.bias", shape(keys));
            shapes.put(attention + "v_proj.bias", shape(keys));
        }
        if (config.queryKeyNorm()) {
            shapes.put(attention + "q_norm.weight", shape(config.headSize()));
            shapes.put(attention + "k_norm.weight", shape(config.headSize()));
        }
        shapes.put(layer + "post_attention_layernorm.weight", shape(hidden));
        shapes.put(layer + "mlp.gate_proj.weight", shape(config.intermediate(), hidden));
        shapes.put(layer + "mlp.up_proj.weight", shape(config.intermediate(), hidden));
        shapes.put(layer + "mlp.down_proj.weight", shape(hidden, config.intermediate()));
    }

    /**
     * @throws UnreadableModelException naming the first tensor that is missing, of another shape,
     *     or that the architecture does not compute with
     */
    static void check(Path file, ModelConfig config, Weights weights) {
        Map<String, long[]> required = of(config);
        required.forEach((name, shape) -> {
            long[] found = weights.shape(name);
            if (Arrays.equals(found, shape)) return;
            throw new UnreadableModelException(
                    ("%s: tensor %s is of shape %s, the configuration asks for %s; use"
                                    + " files of one model")
                            .formatted(
                                    file,
                                    weights.described(name),
                                    Arrays.toString(found),
                                    Arrays.toString(shape)));
        });
        for (String name : weights.names()) {
            if (!required.containsKey(name) && !IGNORED.matcher(name).matches()) {
                throw UnsupportedArchitecture.of(
                        file, config.architecture() + " with tensor " + weights.described(name));
            }
        }
    }

    private static long[] shape(long... sizes) {
        return sizes;
    }
}
