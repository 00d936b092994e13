package dev.rejoinder.lm.read;

import dev.rejoinder.lm.token.Vocabulary;
import dev.rejoinder.testkit.model.FormulaWeights;
import dev.rejoinder.testkit.model.TinyModel;
import java.util.List;
import java.util.Map;

/** The tiny model as llama.cpp would convert it. */
final class TinyGguf {
    /** Straight from {@code convert_hf_to_gguf.py}. */
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("model.embed_tokens", "token_embd"),
                    Map.entry("model.norm", "output_norm"),
                    Map.entry("lm_head", "output"),
                    Map.entry("input_layernorm", "attn_norm"),
                    Map.entry("self_attn.q_proj", "attn_q"),
                    Map.entry("self_attn.k_proj", "attn_k"),
                    Map.entry("self_attn.v_proj", "attn_v"),
                    Map.entry("self_attn.o_proj", "attn_output"),
                    Map.entry("self_attn.q_norm", "attn_q_norm"),
                    Map.entry("self_attn.k_norm", "attn_k_norm"),
                    Map.entry("post_attention_layernorm", "ffn_norm"),
                    Map.entry("mlp.gate_proj", "ffn_gate"),
                    Map.entry("mlp.up_proj", "ffn_up"),
                    Map.entry("mlp.down_proj", "ffn_down"));

    private TinyGguf() {}

    /** With the vocabulary of the same model's folder. */
    static GgufWriter of(TinyModel model, Vocabulary vocabulary, String template) {
        String arch = model.family().equals("mistral") ? "llama" : model.family();
        GgufWriter file =
                new GgufWriter()
                        .put("general.architecture", arch)
                        .put("general.name", "Tiny")
                        .put(arch + ".block_count", model.layers())
                        .put(arch + ".context_length", model.context())
                        .put(arch + ".embedding_length", model.hidden())
                        .put(arch + ".feed_forward_length", model.intermediate())
                        .put(arch + ".attention.head_count", model.heads())
                        .put(arch + ".attention.head_count_kv", model.keyValueHeads())
                        .put(arch + ".attention.key_length", model.headSize())
                        .put(arch + ".attention.layer_norm_rms_epsilon", 1e-5f)
                        .put(arch + ".rope.freq_base", 10_000f)
                        .put("tokenizer.ggml.model", "gpt2")
                        .put("tokenizer.ggml.pre", "gpt-2")
                        .put("tokenizer.ggml.tokens", vocabulary.tokens())
                        .put("tokenizer.ggml.token_type", types(vocabulary))
                        .put("tokenizer.ggml.merges", vocabulary.merges())
                        .put("tokenizer.ggml.bos_token_id", 1)
                        .put("tokenizer.ggml.eos_token_id", 2)
                        .put("tokenizer.chat_template", template);
        Map<String, int[]> shapes = model.shapes();
        FormulaWeights.of(shapes)
                .forEach((name, weights) -> {
                    boolean turned = arch.equals("llama") && name.matches(".*[qk]_proj\\.weight");
                    file.tensor(
                            name(name),
                            shapes.get(name),
                            turned ? permuted(model, weights) : weights);
                });
        return file;
    }

    private static List<Integer> types(Vocabulary vocabulary) {
        return vocabulary.kinds().stream()
                .map(kind ->
                        switch (kind) {
                            case NORMAL -> 1;
                            case SPECIAL -> 3;
                            case ADDED -> 4;
                            case UNUSED -> 5;
                        })
                .toList();
    }

    private static String name(String huggingFace) {
        String name = huggingFace.replace("model.layers.", "blk.");
        for (Map.Entry<String, String> entry : NAMES.entrySet()) {
            String infix = entry.getKey() + ".";
            if (name.startsWith(infix) || name.contains("." + infix)) {
                return name.replace(infix, entry.getValue() + ".");
            }
        }
        throw new IllegalArgumentException("no GGUF name for " + huggingFace);
    }

    /** {@code reshape(heads, 2, headSize / 2, columns).swapaxes(1, 2)}, as the converter does. */
    private static float[] permuted(TinyModel model, float[] weights) {
        int columns = model.hidden();
        int half = model.headSize() / 2;
        int heads = weights.length / columns / model.headSize();
        float[] result = new float[weights.length];
        int to = 0;
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < half; i++) {
                for (int side = 0; side < 2; side++) {
                    int row = head * model.headSize() + side * half + i;
                    System.arraycopy(weights, row * columns, result, to, columns);
                    to += columns;
                }
            }
        }
        return result;
    }
}
