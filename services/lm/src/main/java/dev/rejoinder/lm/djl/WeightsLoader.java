package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.Matrix;
import dev.rejoinder.lm.vector.VectorWeights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes {@link DecoderWeights} of a model's files. Native thread only; for one load. */
final class WeightsLoader {
    private final PtNDManager manager;
    private final Script script;
    private final ModelConfig config;
    private final NativeTensors tensors;
    private final Computation on;
    private final boolean vectors;
    private final Arena own = Arena.ofShared();
    private final List<IValue> made = new ArrayList<>();
    private final List<VectorWeights.Layer> layers = new ArrayList<>();
    private final List<VectorWeights.Layer> wideLayers = new ArrayList<>();
    private final List<PtNDArray> norms = new ArrayList<>();
    private final List<PtNDArray> biases = new ArrayList<>();
    private final List<PtNDArray> matrices = new ArrayList<>();

    /**
     * @param slice weights that are on the heap at a time
     */
    WeightsLoader(PtNDManager manager, Script script, ModelFiles files, Computation on, int slice) {
        this.manager = manager;
        this.script = script;
        this.config = files.config();
        this.tensors = new NativeTensors(manager, script, files.weights(), slice);
        this.on = on;
        this.vectors = on.vectors();
    }

    /** What a refused model has in native memory is freed; tensors with their manager. */
    DecoderWeights load() {
        try {
            return loaded();
        } catch (RuntimeException | Error e) {
            made.forEach(IValue::close);
            own.close();
            throw e;
        }
    }

    private DecoderWeights loaded() {
        for (int i = 0; i < config.layers(); i++) layer("model.layers." + i + ".");
        float[] norm = norm("model.norm.weight", config.hidden());
        var rope = Rope.of(config);
        boolean tied = config.tiedEmbeddings();
        var embedding = embedding("model.embed_tokens.weight", tied);
        var head = tied ? embedding : embedding("lm_head.weight", true);
        PtNDArray cosines = table(rope.cosines());
        PtNDArray sines = table(rope.sines());
        VectorWeights forVectors =
                head.matrix == null
                        ? null
                        : vectorWeights(layers, norm, embedding, head.matrix, rope);
        VectorWeights wide =
                head.matrix == null
                        ? null
                        : vectorWeights(wideLayers, norm, embedding, plain(head), rope);
        return new DecoderWeights(
                list(norms),
                list(biases),
                list(matrices),
                list(List.of(embedding.rows, cosines, sines)),
                kept(IValue.from(head.rows)),
                head.rows,
                head.halfHead,
                forVectors,
                wide,
                own);
    }

    private VectorWeights vectorWeights(
            List<VectorWeights.Layer> of,
            float[] norm,
            Embedding embedding,
            Matrix head,
            Rope rope) {
        return new VectorWeights(of, norm, plain(embedding), head, rope.cosines(), rope.sines());
    }

    private Matrix plain(Embedding embedding) {
        return NativeMemory.matrix(
                embedding.rows, embedding.format, config.vocabulary(), config.hidden());
    }

    /**
     * @param format of the rows
     * @param halfHead packed, if it is an output head and such are packed
     * @param matrix as the vector units read it as an output head; null where they do not, or it is
     *     none
     */
    private record Embedding(
            PtNDArray rows, Format format, @Nullable IValue halfHead, @Nullable Matrix matrix) {}

    private Embedding embedding(String name, boolean head) {
        int height = config.vocabulary();
        int width = config.hidden();
        Format of = head ? on.headFormat() : on.format();
        PtNDArray rows = tensors.empty(height, width, DecoderSource.dtype(of));
        ByteRows bytes = head && vectors ? byteRows(height, width) : null;
        try (var sub = (PtNDManager) manager.newSubManager()) {
            PtNDArray full = head && on.packedHalf() ? full(sub, rows, height, width) : rows;
            tensors.read(
                    name,
                    height,
                    width,
                    (values, part, at) -> {
                        tensors.fill(rows, part, at);
                        if (full != rows) tensors.fill(full, part, at);
                        if (bytes != null) bytes.put(values, at);
                    });
            return new Embedding(
                    rows,
                    of,
                    head && on.packedHalf() ? pack(full) : null,
                    head && vectors ? forVectors(rows, of, bytes, height, width) : null);
        }
    }

    /** FBGEMM packs from float32, which the rows may be themselves. */
    private PtNDArray full(PtNDManager sub, PtNDArray rows, int height, int width) {
        if (on.format() == Format.FLOAT32) return rows;
        return tensors.empty(sub, height, width, DecoderSource.FLOAT32);
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
        int first = matrices.size();
        @Nullable Matrix[] four = {
            matrix(
                    hidden,
                    new String[] {attention + "q_proj", attention + "k_proj", attention + "v_proj"},
                    queries,
                    keys,
                    keys),
            matrix(queries, new String[] {attention + "o_proj"}, hidden),
            matrix(hidden, new String[] {mlp + "gate_proj", mlp + "up_proj"}, wide, wide),
            matrix(wide, new String[] {mlp + "down_proj"}, hidden)
        };
        layers.add(new VectorWeights.Layer(input, output, query, key, bias, four));
        if (!vectors) return;
        Matrix[] plainFour =
                matrices.subList(first, matrices.size()).stream()
                        .map(this::plain)
                        .toArray(Matrix[]::new);
        wideLayers.add(new VectorWeights.Layer(input, output, query, key, bias, plainFour));
    }

    /** libtorch's own memory; none of it where Java does not read it. */
    private Matrix plain(PtNDArray matrix) {
        var shape = matrix.getShape();
        return NativeMemory.matrix(matrix, on.format(), (int) shape.get(0), (int) shape.get(1));
    }

    /** Adds the matrices, one below the other, as one. */
    private @Nullable Matrix matrix(int width, String[] names, int... heights) {
        int total = Arrays.stream(heights).sum();
        PtNDArray matrix = tensors.empty(total, width, dtype());
        matrices.add(matrix);
        ByteRows bytes = vectors ? byteRows(total, width) : null;
        int top = 0;
        for (int i = 0; i < names.length; i++) {
            int above = top;
            tensors.read(
                    names[i] + ".weight",
                    heights[i],
                    width,
                    (values, part, at) -> {
                        tensors.fill(matrix, part, above + at);
                        if (bytes != null) bytes.put(values, above + at);
                    });
            top += heights[i];
        }
        return vectors ? forVectors(matrix, on.format(), bytes, total, width) : null;
    }

    /** Where bytes are wanted and whole blocks of them fit a row. */
    private @Nullable ByteRows byteRows(int height, int width) {
        return on.vectorFormat() == Format.INT8 && width % Format.BLOCK == 0
                ? new ByteRows(height, width, own)
                : null;
    }

    /** The bytes where there are some, else libtorch's own memory. */
    private static Matrix forVectors(
            PtNDArray tensor, Format format, @Nullable ByteRows bytes, int height, int width) {
        return bytes == null ? NativeMemory.matrix(tensor, format, height, width) : bytes.matrix();
    }

    private int dtype() {
        return DecoderSource.dtype(on.format());
    }

    private float[] bias(String at, int queries, int keys) {
        float[] all = new float[queries + 2 * keys];
        System.arraycopy(tensors.vector(at + "q_proj.bias", queries), 0, all, 0, queries);
        System.arraycopy(tensors.vector(at + "k_proj.bias", keys), 0, all, queries, keys);
        System.arraycopy(tensors.vector(at + "v_proj.bias", keys), 0, all, queries + keys, keys);
        biases.add(tensors.vector(all, dtype()));
        return all;
    }

    private IValue pack(PtNDArray matrix) {
        return kept(script.call("pack", new Script.Arguments().tensor(matrix)).keep());
    }

    private float[] norm(String name, int size) {
        float[] values = tensors.vector(name, size);
        norms.add(tensors.vector(values, DecoderSource.FLOAT32));
        return values;
    }

    private PtNDArray table(float[] values) {
        return tensors.table(values, config.contextLength(), config.headSize());
    }

    private IValue list(List<PtNDArray> tensors) {
        return kept(IValue.listFrom(tensors.toArray(PtNDArray[]::new)));
    }

    private IValue kept(IValue value) {
        made.add(value);
        return value;
    }
}
