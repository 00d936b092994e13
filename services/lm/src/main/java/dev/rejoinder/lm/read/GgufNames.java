package dev.rejoinder.lm.read;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** llama.cpp's tensor names, as Hugging Face's. */
final class GgufNames {
    private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,4})\\.(\\w+)\\.(\\w+)");

    private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.(\\w+)");

    private static final Map<String, String> OUTSIDE =
            Map.of(
                    "token_embd.weight", "model.embed_tokens.weight",
                    "output_norm.weight", "model.norm.weight",
                    "output.weight", "lm_head.weight");

    private static final Map<String, String> INSIDE =
            Map.ofEntries(
                    Map.entry("attn_norm", "input_layernorm"),
                    Map.entry("attn_q", "self_attn.q_proj"),
                    Map.entry("attn_k", "self_attn.k_proj"),
                    Map.entry("attn_v", "self_attn.v_proj"),
                    Map.entry("attn_output", "self_attn.o_proj"),
                    Map.entry("attn_q_norm", "self_attn.q_norm"),
                    Map.entry("attn_k_norm", "self_attn.k_norm"),
                    Map.entry("ffn_norm", "post_attention_layernorm"),
                    Map.entry("ffn_gate", "mlp.gate_proj"),
                    Map.entry("ffn_up", "mlp.up_proj"),
                    Map.entry("ffn_down", "mlp.down_proj"));

    private GgufNames() {}

    /** What {@link #toHuggingFace} makes a name of; the name itself where it makes none. */
    static String fromHuggingFace(String name) {
        for (var entry : OUTSIDE.entrySet())
            if (entry.getValue().equals(name)) return entry.getKey();
        Matcher layer = LAYER.matcher(name);
        if (!layer.matches()) return name;
        for (var entry : INSIDE.entrySet())
            if (entry.getValue().equals(layer.group(2)))
                return "blk.%s.%s.%s".formatted(layer.group(1), entry.getKey(), layer.group(3));
        return name;
    }

    /** Empty for a tensor no supported architecture has. */
    static Optional<String> toHuggingFace(String name) {
        if (OUTSIDE.containsKey(name)) return Optional.of(OUTSIDE.get(name));
        Matcher block = BLOCK.matcher(name);
        if (!block.matches() || !INSIDE.containsKey(block.group(2))) return Optional.empty();
        int layer = Integer.parseInt(block.group(1));
        String part = INSIDE.get(block.group(2));
        return Optional.of("model.layers." + layer + "." + part + "." + block.group(3));
    }
}
