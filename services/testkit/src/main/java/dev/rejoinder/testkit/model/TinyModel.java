package dev.rejoinder.testkit.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A real decoder-only transformer of a few thousand weights, written as a Hugging Face folder. Its
 * weights are a {@linkplain FormulaWeights formula}, so the same model can be made by other tools;
 * its tokenizer knows one token a byte, and its chat template is ChatML.
 *
 * @param family {@code llama}, {@code mistral}, {@code qwen2} or {@code qwen3}
 * @param headSize per attention head
 * @param vocabulary rows of the embedding; {@value #WHOLE_VOCABULARY} to spell every text, fewer
 *     leave out the rarest bytes
 * @param tied whether the output head is the embedding
 * @param extras further entries of {@code config.json}, name to JSON
 */
public record TinyModel(
        String family,
        int layers,
        int hidden,
        int intermediate,
        int heads,
        int keyValueHeads,
        int headSize,
        int vocabulary,
        int context,
        boolean tied,
        Map<String, String> extras) {
    /** Three special tokens and 256 bytes, filled up to a multiple of four. */
    public static final int WHOLE_VOCABULARY = 260;

    public TinyModel {
        extras = Map.copyOf(extras);
    }

    /** Two layers of 48, able to read and write every text. */
    public static TinyModel llama() {
        return family("llama", WHOLE_VOCABULARY);
    }

    /** As {@link #llama()}, of another family and vocabulary. */
    public static TinyModel family(String family, int vocabulary) {
        return new TinyModel(family, 2, 48, 80, 4, 2, 12, vocabulary, 512, true, Map.of());
    }

    public TinyModel withHeadSize(int headSize) {
        return copy(headSize, context, tied, extras);
    }

    public TinyModel withContext(int context) {
        return copy(headSize, context, tied, extras);
    }

    /** With an output head of its own. */
    public TinyModel untied() {
        return copy(headSize, context, false, extras);
    }

    /** With one more entry of {@code config.json}, such as {@code sliding_window} and {@code 8}. */
    public TinyModel with(String name, String json) {
        Map<String, String> more = new LinkedHashMap<>(extras);
        more.put(name, json);
        return copy(headSize, context, tied, more);
    }

    private TinyModel copy(int headSize, int context, boolean tied, Map<String, String> extras) {
        return new TinyModel(
                family,
                layers,
                hidden,
                intermediate,
                heads,
                keyValueHeads,
                headSize,
                vocabulary,
                context,
                tied,
                extras);
    }

    /**
     * Writes {@code config.json}, {@code model.safetensors}, {@code tokenizer.json} and {@code
     * tokenizer_config.json}.
     *
     * @param folder made if it is not there
     * @return the folder
     */
    public Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), config());
        TinyTokenizer.write(folder, vocabulary);
        Map<String, int[]> shapes = shapes();
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"), shapes, FormulaWeights.of(shapes));
        return folder;
    }

    private String config() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("model_type", "\"" + family + "\"");
        entries.put("hidden_act", "\"silu\"");
        entries.put("num_hidden_layers", "" + layers);
        entries.put("hidden_size", "" + hidden);
        entries.put("intermediate_size", "" + intermediate);
        entries.put("num_attention_heads", "" + heads);
        entries.put("num_key_value_heads", "" + keyValueHeads);
        entries.put("head_dim", "" + headSize);
        entries.put("vocab_size", "" + vocabulary);
        entries.put("max_position_embeddings", "" + context);
        entries.put("rms_norm_eps", "1e-05");
        entries.put("rope_theta", "10000.0");
        entries.put("tie_word_embeddings", "" + tied);
        entries.putAll(extras);
        StringBuilder json = new StringBuilder("{");
        entries.forEach((name, value) ->
                json.append(json.length() > 1 ? "," : "")
                        .append("\n  \"")
                        .append(name)
                        .append("\": ")
                        .append(value));
        return json.append("\n}\n").toString();
    }

    /** Hugging Face names to shapes. */
    public Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", new int[] {vocabulary, hidden});
        for (int layer = 0; layer < layers; layer++) {
            addLayer(shapes, "model.layers." + layer + ".");
        }
        shapes.put("model.norm.weight", new int[] {hidden});
        if (!tied) shapes.put("lm_head.weight", new int[] {vocabulary, hidden});
        return shapes;
    }

    private void addLayer(Map<String, int[]> shapes, String layer) {
        int queries = heads * headSize;
        int keys = keyValueHeads * headSize;
        String attention = layer + "self_attn.";
        shapes.put(layer + "input_layernorm.weight", new int[] {hidden});
        shapes.put(attention + "q_proj.weight", new int[] {queries, hidden});
        shapes.put(attention + "k_proj.weight", new int[] {keys, hidden});
        shapes.put(attention + "v_proj.weight", new int[] {keys, hidden});
        shapes.put(attention + "o_proj.weight", new int[] {hidden, queries});
        if (family.equals("qwen2")) {
            shapes.put(attention + "q_proj.bias", new int[] {queries});
            shapes.put(attention + "k_proj.bias", new int[] {keys});
            shapes.put(attention + "v_proj.bias", new int[] {keys});
        }
        if (family.equals("qwen3")) {
            shapes.put(attention + "q_norm.weight", new int[] {headSize});
            shapes.put(attention + "k_norm.weight", new int[] {headSize});
        }
        shapes.put(layer + "post_attention_layernorm.weight", new int[] {hidden});
        shapes.put(layer + "mlp.gate_proj.weight", new int[] {intermediate, hidden});
        shapes.put(layer + "mlp.up_proj.weight", new int[] {intermediate, hidden});
        shapes.put(layer + "mlp.down_proj.weight", new int[] {hidden, intermediate});
    }
}
