package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.lm.read.Weights;
import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.Matrix;
import dev.rejoinder.lm.vector.VectorWeights;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The base's tensors as native lists that every pass takes as they are: norms in float32, fused
 * matrices in the compute precision. Where the JVM's vector units read few tokens at a time, they
 * read the same memory, unless they have weights of their own format.
 *
 * @param tables embedding, cosines, sines
 * @param halfHead output head packed as fp16; null where the CPU has no FBGEMM
 * @param vectors what the vector units read; null where they do not
 * @param own memory of the vector units' own weights
 */
record DecoderWeights(
        IValue norms,
        IValue biases,
        IValue matrices,
        IValue tables,
        IValue head,
        PtNDArray headRows,
        @Nullable IValue halfHead,
        @Nullable VectorWeights vectors,
        Arena own)
        implements AutoCloseable {

    @Override
    public void close() {
        for (IValue v : new IValue[] {norms, biases, matrices, tables, head}) v.close();
        if (halfHead != null) halfHead.close();
        own.close();
    }

    /** Reads a model's tensors, one layer's matrices in float32 at a time. */
    static final class Loader {
        private final PtNDManager manager;
        private final Script script;
        private final Weights source;
        private final ModelConfig config;
        private final boolean packHalf;
        private final Format format;
        private final Format computed;
        private final boolean vectors;
        private final Arena own = Arena.ofShared();
        private final List<VectorWeights.Layer> layers = new ArrayList<>();
        private final List<PtNDArray> norms = new ArrayList<>();
        private final List<PtNDArray> biases = new ArrayList<>();
        private final List<PtNDArray> matrices = new ArrayList<>();

        Loader(
                PtNDManager manager,
                Script script,
                Weights source,
                ModelConfig config,
                EngineOptions options) {
            this.manager = manager;
            this.script = script;
            this.source = source;
            this.config = config;
            this.packHalf = Device.packedHalf(options.precision());
            this.format = Device.vectorFormat(options.precision());
            this.computed = Device.bfloat16(options.precision()) ? Format.BFLOAT16 : Format.FLOAT32;
            this.vectors = options.vectors() && Device.vectors();
        }

        DecoderWeights load() {
            try {
                return loaded();
            } catch (RuntimeException | Error e) {
                own.close();
                throw e;
            }
        }

        private DecoderWeights loaded() {
            for (int i = 0; i < config.layers(); i++) layer("model.layers." + i + ".");
            float[] norm = checked("model.norm.weight", config.hidden());
            norms.add(own(norm, norm.length));
            var rope = Rope.of(config);
            var embedding = embedding("model.embed_tokens.weight");
            IValue halfHead = embedding.halfHead;
            PtNDArray headRows = embedding.rows;
            Matrix headMatrix = embedding.matrix;
            if (!config.tiedEmbeddings()) {
                var head = embedding("lm_head.weight");
                if (halfHead != null) halfHead.close();
                halfHead = head.halfHead;
                headRows = head.rows;
                headMatrix = head.matrix;
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
                    halfHead,
                    headMatrix == null ? null : vectorWeights(norm, embedding, headMatrix, rope),
                    own);
        }

        private VectorWeights vectorWeights(
                float[] norm, Embedding embedding, Matrix head, Rope rope) {
            PtNDArray rows = embedding.rows;
            Matrix plain = shared(rows, config.vocabulary(), config.hidden());
            return new VectorWeights(layers, norm, plain, head, rope.cosines(), rope.sines());
        }

        /**
         * @param matrix as the vector units read it as an output head; null where they do not
         */
        private record Embedding(
                PtNDArray rows, @Nullable IValue halfHead, @Nullable Matrix matrix) {}

        private Embedding embedding(String name) {
            try (var sub = manager.newSubManager()) {
                float[] values = checked(name, config.vocabulary(), config.hidden());
                var full = create((PtNDManager) sub, values, config.vocabulary(), config.hidden());
                PtNDArray rows = compute(full);
                return new Embedding(
                        rows,
                        packHalf ? pack(full) : null,
                        vectors
                                ? forVectors(rows, values, config.vocabulary(), config.hidden())
                                : null);
            }
        }

        private void layer(String at) {
            int hidden = config.hidden();
            int queries = config.heads() * config.headSize();
            int keys = config.keyValueHeads() * config.headSize();
            float[] input = norm(at + "input_layernorm.weight", hidden);
            float[] output = norm(at + "post_attention_layernorm.weight", hidden);
            String attention = at + "self_attn.";
            int size = config.headSize();
            boolean normed = config.queryKeyNorm();
            float[] query = normed ? norm(attention + "q_norm.weight", size) : null;
            float[] key = normed ? norm(attention + "k_norm.weight", size) : null;
            float[] bias = config.attentionBias() ? bias(attention, queries, keys) : null;
            int wide = config.intermediate();
            String mlp = at + "mlp.";
            @Nullable Matrix[] four = {
                matrix(
                        hidden,
                        new String[] {
                            attention + "q_proj", attention + "k_proj", attention + "v_proj"
                        },
                        queries,
                        keys,
                        keys),
                matrix(queries, new String[] {attention + "o_proj"}, hidden),
                matrix(hidden, new String[] {mlp + "gate_proj", mlp + "up_proj"}, wide, wide),
                matrix(wide, new String[] {mlp + "down_proj"}, hidden)
            };
            layers.add(new VectorWeights.Layer(input, output, query, key, bias, four));
        }

        /** Adds the matrices, one below the other, as one. */
        private @Nullable Matrix matrix(int width, String[] names, int... heights) {
            try (var sub = (PtNDManager) manager.newSubManager()) {
                int total = Arrays.stream(heights).sum();
                float[] rows = new float[Math.multiplyExact(total, width)];
                int at = 0;
                for (int i = 0; i < names.length; i++) {
                    float[] part = checked(names[i] + ".weight", heights[i], width);
                    System.arraycopy(part, 0, rows, at, part.length);
                    at += part.length;
                }
                PtNDArray matrix = compute(create(sub, rows, total, width));
                matrices.add(matrix);
                return vectors ? forVectors(matrix, rows, total, width) : null;
            }
        }

        /** Blocks of bytes where they are wanted and fit, else libtorch's own memory. */
        private Matrix forVectors(PtNDArray tensor, float[] rows, int height, int width) {
            return format == Format.INT8 && width % Format.BLOCK == 0
                    ? Matrix.int8(rows, height, width, own)
                    : shared(tensor, height, width);
        }

        private Matrix shared(PtNDArray tensor, int height, int width) {
            return NativeMemory.matrix(tensor, computed, height, width);
        }

        private float[] bias(String at, int queries, int keys) {
            float[] all = new float[queries + 2 * keys];
            System.arraycopy(checked(at + "q_proj.bias", queries), 0, all, 0, queries);
            System.arraycopy(checked(at + "k_proj.bias", keys), 0, all, queries, keys);
            System.arraycopy(checked(at + "v_proj.bias", keys), 0, all, queries + keys, keys);
            try (var full = create(manager, all, all.length)) {
                biases.add(compute(full));
            }
            return all;
        }

        private IValue pack(PtNDArray matrix) {
            return script.call("pack", new Script.Arguments().tensor(matrix)).keep();
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

        private float[] norm(String name, int size) {
            float[] values = checked(name, size);
            norms.add(own(values, size));
            return values;
        }

        private PtNDArray table(float[] values) {
            return own(values, config.contextLength(), config.headSize());
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
