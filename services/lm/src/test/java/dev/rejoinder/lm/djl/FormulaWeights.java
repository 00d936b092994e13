package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.Weights;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights that need no file: tensors in the order of their sorted Hugging Face names, the value of
 * element i of tensor t drawn from splitmix64 of {@code t << 32 | i}.
 */
final class FormulaWeights implements Weights {
    private static final double SPREAD = 0.4;

    private final SortedMap<String, long[]> shapes = new TreeMap<>();
    private final double spread;

    FormulaWeights(ModelConfig c) {
        this(c, SPREAD);
    }

    FormulaWeights(ModelConfig c, double spread) {
        this.spread = spread;
        shapes.put("model.embed_tokens.weight", new long[] {c.vocabulary(), c.hidden()});
        shapes.put("model.norm.weight", new long[] {c.hidden()});
        if (!c.tiedEmbeddings())
            shapes.put("lm_head.weight", new long[] {c.vocabulary(), c.hidden()});
        for (int i = 0; i < c.layers(); i++) layer("model.layers." + i + ".", c);
    }

    private void layer(String at, ModelConfig c) {
        long hidden = c.hidden();
        long wide = c.intermediate();
        long queries = (long) c.heads() * c.headSize();
        long keys = (long) c.keyValueHeads() * c.headSize();
        shapes.put(at + "input_layernorm.weight", new long[] {hidden});
        shapes.put(at + "post_attention_layernorm.weight", new long[] {hidden});
        shapes.put(at + "mlp.gate_proj.weight", new long[] {wide, hidden});
        shapes.put(at + "mlp.up_proj.weight", new long[] {wide, hidden});
        shapes.put(at + "mlp.down_proj.weight", new long[] {hidden, wide});
        shapes.put(at + "self_attn.q_proj.weight", new long[] {queries, hidden});
        shapes.put(at + "self_attn.k_proj.weight", new long[] {keys, hidden});
        shapes.put(at + "self_attn.v_proj.weight", new long[] {keys, hidden});
        shapes.put(at + "self_attn.o_proj.weight", new long[] {hidden, queries});
        if (c.attentionBias()) {
            shapes.put(at + "self_attn.q_proj.bias", new long[] {queries});
            shapes.put(at + "self_attn.k_proj.bias", new long[] {keys});
            shapes.put(at + "self_attn.v_proj.bias", new long[] {keys});
        }
        if (c.queryKeyNorm()) {
            shapes.put(at + "self_attn.q_norm.weight", new long[] {c.headSize()});
            shapes.put(at + "self_attn.k_norm.weight", new long[] {c.headSize()});
        }
    }

    /** Uniform in [0, 1). */
    static double uniform(long tensor, long element) {
        long z = (tensor << 32 | element) + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return ((z ^ z >>> 31) >>> 11) * 0x1p-53;
    }

    @Override
    public Set<String> names() {
        return shapes.keySet();
    }

    @Override
    public long[] shape(String name) {
        return shapes.get(name);
    }

    @Override
    public float[] read(String name, int fromRow, int rows) {
        int tensor = shapes.headMap(name).size();
        long[] shape = shapes.get(name);
        int width = shape.length == 1 ? 1 : (int) shape[1];
        float[] values = new float[rows * width];
        double offset = name.contains("norm") ? 1 : 0;
        for (int i = 0; i < values.length; i++)
            values[i] =
                    (float) ((uniform(tensor, (long) fromRow * width + i) - 0.5) * spread + offset);
        return values;
    }

    @Override
    public void close() {}
}
