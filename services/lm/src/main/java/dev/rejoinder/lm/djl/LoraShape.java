package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.adapter.AdapterTensors;
import dev.rejoinder.lm.adapter.PeftModules;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.UnreadableModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Where each matrix of an adapter lies in one vector of parameters: layer by layer, the seven
 * modules in order, A {@code [rank, in]} before B {@code [out, rank]}, each of its own rank; a
 * module that is no target takes no room.
 *
 * @param sizes {@code [layers * modules * 2]}
 * @param heights outputs of a layer's modules
 */
record LoraShape(
        AdapterConfig config, List<Matrix> matrices, long[] sizes, int[] heights, int parameters) {
    private static final String PREFIX = "base_model.model.";

    /**
     * Modules of a layer whose matrices are one product of the base: q, k, v; o; gate, up; down.
     */
    private static final int[] FUSED = {3, 1, 2, 1};

    /** Targets that PEFT knows and that are not served, beside the layers' modules. */
    private static final List<String> NOT_SERVED = List.of("lm_head", "model.embed_tokens");

    /**
     * One factor.
     *
     * @param name as PEFT writes it
     * @param gain of a loaded B: its module's scale over the adapter's; 1 in training
     */
    record Matrix(String name, int offset, int rows, int columns, boolean isA, double gain) {
        int size() {
            return rows * columns;
        }
    }

    /** A module of a layer, by its PEFT name. */
    private record Module(String part, String name, int in, int out) {
        String path(int layer) {
            return "model.layers." + layer + "." + part + "." + name;
        }
    }

    /**
     * @throws IllegalArgumentException if a target is no module of this architecture
     */
    static LoraShape of(ModelConfig c, AdapterConfig adapter) {
        return of(c, PeftModules.of(adapter));
    }

    /**
     * @throws IllegalArgumentException if a target is no module of this architecture, or none is
     *     one
     */
    static LoraShape of(ModelConfig c, PeftModules adapter) {
        List<Module> modules = modules(c);
        requireServed(c, modules, adapter);
        var matrices = new ArrayList<Matrix>();
        long[] sizes = new long[c.layers() * modules.size() * 2];
        int offset = 0;
        for (int i = 0; i < c.layers() * modules.size(); i++) {
            Module m = modules.get(i % modules.size());
            String path = m.path(i / modules.size());
            var own = adapter.of(path).orElse(null);
            if (own == null) continue;
            String at = PREFIX + path + ".lora_";
            double gain = own.scale() / adapter.config().scale();
            var a = new Matrix(at + "A.weight", offset, own.rank(), m.in, true, 1);
            int next = offset + a.size();
            var b = new Matrix(at + "B.weight", next, m.out, own.rank(), false, gain);
            matrices.add(a);
            matrices.add(b);
            sizes[2 * i] = a.size();
            sizes[2 * i + 1] = b.size();
            offset = next + b.size();
        }
        if (matrices.isEmpty())
            throw new IllegalArgumentException(
                    "targets of %s are no module of this base; the targets are %s"
                            .formatted(adapter.config().targets(), names(modules)));
        int[] heights = modules.stream().mapToInt(Module::out).toArray();
        return new LoraShape(adapter.config(), List.copyOf(matrices), sizes, heights, offset);
    }

    private static void requireServed(ModelConfig c, List<Module> modules, PeftModules adapter) {
        var paths = new ArrayList<>(NOT_SERVED);
        for (int layer = 0; layer < c.layers(); layer++)
            for (Module m : modules) paths.add(m.path(layer));
        for (String target : adapter.unknown(paths))
            throw new IllegalArgumentException(
                    "target module %s is not known; the targets are %s"
                            .formatted(target, names(modules)));
        for (String path : NOT_SERVED)
            if (adapter.of(path).isPresent())
                throw new IllegalArgumentException(
                        "adapting %s is not served; train with targets of %s"
                                .formatted(path, names(modules)));
    }

    private static List<String> names(List<Module> modules) {
        return modules.stream().map(Module::name).toList();
    }

    /** The vector as named factors. */
    AdapterTensors tensors(float[] values) {
        var named = new LinkedHashMap<String, AdapterTensors.Tensor>();
        for (Matrix m : matrices) {
            float[] part = Arrays.copyOfRange(values, m.offset, m.offset + m.size());
            named.put(m.name, new AdapterTensors.Tensor(m.rows, m.columns, part));
        }
        return new AdapterTensors(named);
    }

    /**
     * Named factors as one vector.
     *
     * @throws UnreadableModelException if one is missing, too many, or of another shape
     */
    float[] vector(AdapterTensors adapter) {
        float[] values = new float[parameters];
        for (Matrix m : matrices) {
            var tensor = adapter.tensors().get(m.name);
            if (tensor == null)
                throw new UnreadableModelException(
                        "the adapter has no tensor %s; export it again".formatted(m.name));
            if (tensor.rows() != m.rows || tensor.columns() != m.columns)
                throw new UnreadableModelException(
                        "tensor %s is %d by %d where rank %d on this base needs %d by %d; the adapter was made for another base"
                                .formatted(
                                        m.name,
                                        tensor.rows(),
                                        tensor.columns(),
                                        m.isA ? m.rows : m.columns,
                                        m.rows,
                                        m.columns));
            for (int i = 0; i < m.size(); i++)
                values[m.offset + i] = (float) (tensor.values()[i] * m.gain);
        }
        var known = matrices.stream().map(Matrix::name).collect(Collectors.toSet());
        for (String name : adapter.tensors().keySet())
            if (!known.contains(name))
                throw new UnreadableModelException(
                        "tensor %s belongs to no target module of this base; the adapter was made for another base"
                                .formatted(name));
        return values;
    }

    /**
     * From factors fused as the base's matrices are, four a layer, to one vector: q, k and v share
     * a product, so do gate and up. A lie one below the other, B in blocks along a diagonal; the
     * scale is within B.
     *
     * @param down A of a product, {@code [rank, in]}; empty where nothing is adapted
     * @param up B likewise, {@code [out, rank]}
     */
    float[] split(IntFunction<float[]> down, IntFunction<float[]> up) {
        float[] values = new float[parameters];
        int matrix = 0;
        int product = 0;
        for (int layer = 0; layer < sizes.length / 2; layer += heights.length)
            for (int first = 0, p = 0; p < FUSED.length; first += FUSED[p++])
                matrix =
                        split(
                                down.apply(product),
                                up.apply(product++),
                                layer,
                                first,
                                FUSED[p],
                                matrix,
                                values);
        return values;
    }

    /** One product's; returns which matrix comes next. */
    private int split(
            float[] down, float[] up, int layer, int first, int count, int matrix, float[] values) {
        int next = matrix;
        int row = 0;
        int column = 0;
        for (int m = first; m < first + count; m++) {
            if (sizes[2 * (layer + m)] > 0) {
                Matrix a = matrices.get(next++);
                Matrix b = matrices.get(next++);
                System.arraycopy(down, column * a.columns, values, a.offset, a.size());
                int stride = down.length / a.columns;
                for (int r = 0; r < b.rows; r++)
                    for (int c = 0; c < b.columns; c++)
                        values[b.offset + r * b.columns + c] =
                                (float) (up[(row + r) * stride + column + c] * config.scale());
                column += a.rows;
            }
            row += heights[m];
        }
        return next;
    }

    private static List<Module> modules(ModelConfig c) {
        int hidden = c.hidden();
        int queries = c.heads() * c.headSize();
        int keys = c.keyValueHeads() * c.headSize();
        return List.of(
                new Module("self_attn", "q_proj", hidden, queries),
                new Module("self_attn", "k_proj", hidden, keys),
                new Module("self_attn", "v_proj", hidden, keys),
                new Module("self_attn", "o_proj", queries, hidden),
                new Module("mlp", "gate_proj", hidden, c.intermediate()),
                new Module("mlp", "up_proj", hidden, c.intermediate()),
                new Module("mlp", "down_proj", c.intermediate(), hidden));
    }
}
