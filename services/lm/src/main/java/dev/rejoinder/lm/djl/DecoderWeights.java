package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.lm.read.Weights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The base's tensors as native lists that every pass takes as they are: norms in float32, fused
 * matrices in the compute precision, and, where the CPU has FBGEMM, the same matrices packed as
 * fp16 for decode steps.
 *
 * @param tables embedding, cosines, sines
 * @param half packed matrices; null where there are none
 * @param halfHead packed output head; null where there is none
 */
record DecoderWeights(
        IValue norms,
        IValue biases,
        IValue matrices,
        IValue tables,
        IValue head,
        PtNDArray headRows,
        @Nullable IValue half,
        @Nullable IValue halfHead)
        implements AutoCloseable {

    @Override
    public void close() {
        for (IValue v : new IValue[] {norms, biases, matrices, tables, head}) v.close();
        if (half != null) half.close();
        if (halfHead != null) halfHead.close();
    }

    /** Reads a model's tensors, one layer's matrices in float32 at a time. */
    static final class Loader {
        private final PtNDManager manager;
        private final Script script;
        private final Weights source;
        private final ModelConfig config;
        private final boolean packHalf;
        private final List<PtNDArray> norms = new ArrayList<>();
        private final List<PtNDArray> biases = new ArrayList<>();
        private final List<PtNDArray> matrices = new ArrayList<>();
        private final List<IValue> half = new ArrayList<>();

        Loader(
                PtNDManager manager,
                Script script,
                Weights source,
                ModelConfig config,
                boolean packHalf) {
            this.manager = manager;
            this.script = script;
            this.source = source;
            this.config = config;
            this.packHalf = packHalf;
        }

        DecoderWeights load() {
            for (int i = 0; i < config.layers(); i++) layer("model.layers." + i + ".");
            norms.add(vector("model.norm.weight", config.hidden()));
            var rope = Rope.of(config);
            var embedding = embedding("model.embed_tokens.weight");
            IValue halfHead = embedding.halfHead;
            PtNDArray headRows = embedding.rows;
            if (!config.tiedEmbeddings()) {
                var head = embedding("lm_head.weight");
                if (halfHead != null) halfHead.close();
                halfHead = head.halfHead;
                headRows = head.rows;
            }
            IValue tables =
                    IValue.listFrom(embedding.rows, table(rope.cosines()), table(rope.sines()));
            return new DecoderWeights(
                    list(norms),
                    list(biases),
                    list(matrices),
                    tables,
                    IValue.from(headRows),
                    headRows,
                    packHalf ? halfMatrices() : null,
                    halfHead);
        }

        /** One list of all; the single handles would keep the matrices alive. */
        private IValue halfMatrices() {
            IValue all = IValue.listFrom(half.toArray(IValue[]::new));
            half.forEach(IValue::close);
            return all;
        }

        private record Embedding(PtNDArray rows, @Nullable IValue halfHead) {}

        private Embedding embedding(String name) {
            try (var sub = manager.newSubManager()) {
                var full = read((PtNDManager) sub, name, config.vocabulary(), config.hidden());
                IValue packed = packHalf ? pack(full, null).get(0) : null;
                return new Embedding(compute(full), packed);
            }
        }

        private void layer(String at) {
            int hidden = config.hidden();
            int queries = config.heads() * config.headSize();
            int keys = config.keyValueHeads() * config.headSize();
            norms.add(vector(at + "input_layernorm.weight", hidden));
            norms.add(vector(at + "post_attention_layernorm.weight", hidden));
            if (config.queryKeyNorm()) {
                norms.add(vector(at + "self_attn.q_norm.weight", config.headSize()));
                norms.add(vector(at + "self_attn.k_norm.weight", config.headSize()));
            }
            String attention = at + "self_attn.";
            PtNDArray bias = config.attentionBias() ? bias(attention, queries, keys) : null;
            matrix(
                    hidden,
                    bias,
                    new String[] {attention + "q_proj", attention + "k_proj", attention + "v_proj"},
                    queries,
                    keys,
                    keys);
            matrix(queries, null, new String[] {attention + "o_proj"}, hidden);
            int wide = config.intermediate();
            String mlp = at + "mlp.";
            matrix(hidden, null, new String[] {mlp + "gate_proj", mlp + "up_proj"}, wide, wide);
            matrix(wide, null, new String[] {mlp + "down_proj"}, hidden);
        }

        /** Adds the matrices, one below the other, as one. */
        private void matrix(int width, @Nullable PtNDArray bias, String[] names, int... heights) {
            try (var sub = (PtNDManager) manager.newSubManager()) {
                int total = Arrays.stream(heights).sum();
                float[] rows = new float[Math.multiplyExact(total, width)];
                int at = 0;
                for (int i = 0; i < names.length; i++) {
                    float[] part = checked(names[i] + ".weight", heights[i], width);
                    System.arraycopy(part, 0, rows, at, part.length);
                    at += part.length;
                }
                var full = create(sub, rows, total, width);
                matrices.add(compute(full));
                if (packHalf) half.addAll(pack(full, bias));
            }
        }

        private PtNDArray bias(String at, int queries, int keys) {
            float[] all = new float[queries + 2 * keys];
            System.arraycopy(checked(at + "q_proj.bias", queries), 0, all, 0, queries);
            System.arraycopy(checked(at + "k_proj.bias", keys), 0, all, queries, keys);
            System.arraycopy(checked(at + "v_proj.bias", keys), 0, all, queries + keys, keys);
            var full = own(all, all.length);
            biases.add(compute(full));
            return full;
        }

        private List<IValue> pack(PtNDArray matrix, @Nullable PtNDArray bias) {
            var arguments = new Script.Arguments().tensors(matrix);
            if (bias == null) arguments.tensors();
            else arguments.tensors(bias);
            IValue packed = script.call("pack", arguments).keep();
            try (packed) {
                return List.of(packed.toIValueArray());
            }
        }

        private PtNDArray compute(PtNDArray full) {
            return ordinary("to_compute", full);
        }

        /**
         * A tensor with memory of its own; one made from Java's values lives in a direct buffer.
         */
        private PtNDArray own(float[] values, long... shape) {
            try (var full = create(manager, values, shape)) {
                return ordinary("own", full);
            }
        }

        /** Not made in inference mode: such tensors may not take part in a backward pass. */
        private PtNDArray ordinary(String method, PtNDArray full) {
            return script.call(method, new Script.Arguments().tensor(full), true).tensor(manager);
        }

        private PtNDArray vector(String name, int size) {
            return own(checked(name, size), size);
        }

        private PtNDArray table(float[] values) {
            return own(values, config.contextLength(), config.headSize());
        }

        private PtNDArray read(PtNDManager into, String name, int rows, int width) {
            return create(into, checked(name, rows, width), rows, width);
        }

        private float[] checked(String name, long... shape) {
            if (!Arrays.equals(source.shape(name), shape))
                throw new UnreadableModelException(
                        "tensor %s has shape %s where the configuration needs %s; use a file that fits its configuration"
                                .formatted(
                                        name,
                                        Arrays.toString(source.shape(name)),
                                        Arrays.toString(shape)));
            return source.read(name);
        }

        private static PtNDArray create(PtNDManager into, float[] values, long... shape) {
            return (PtNDArray) into.create(FloatBuffer.wrap(values), new Shape(shape));
        }

        private static IValue list(List<PtNDArray> tensors) {
            return IValue.listFrom(tensors.toArray(PtNDArray[]::new));
        }
    }
}
