package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.adapter.AdapterTensors;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.UnreadableModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where each matrix of an adapter lies in one vector of parameters: layer by layer, the seven
 * modules in order, A {@code [rank, in]} before B {@code [out, rank]}; a module that is no target
 * takes no room.
 *
 * @param sizes {@code [layers * modules * 2]}
 */
record LoraShape(AdapterConfig config, List<Matrix> matrices, long[] sizes, int parameters) {
    private static final String PREFIX = "base_model.model.model.layers.";

    /**
     * One factor.
     *
     * @param name as PEFT writes it
     */
    record Matrix(String name, int offset, int rows, int columns, boolean isA) {
        int size() {
            return rows * columns;
        }
    }

    /** A module of a layer, by its PEFT name. */
    private record Module(String part, String name, int in, int out) {}

    /**
     * @throws IllegalArgumentException if a target is no module of this architecture
     */
    static LoraShape of(ModelConfig c, AdapterConfig adapter) {
        List<Module> modules = modules(c);
        List<String> known = modules.stream().map(Module::name).toList();
        for (String target : adapter.targets())
            if (!known.contains(target))
                throw new IllegalArgumentException(
                        "target module %s is not known; the targets are %s"
                                .formatted(target, known));
        var matrices = new ArrayList<Matrix>();
        long[] sizes = new long[c.layers() * modules.size() * 2];
        int offset = 0;
        int slot = 0;
        for (int layer = 0; layer < c.layers(); layer++) {
            for (Module m : modules) {
                if (adapter.targets().contains(m.name)) {
                    String at = PREFIX + layer + "." + m.part + "." + m.name + ".lora_";
                    var a = new Matrix(at + "A.weight", offset, adapter.rank(), m.in, true);
                    var b =
                            new Matrix(
                                    at + "B.weight",
                                    offset + a.size(),
                                    m.out,
                                    adapter.rank(),
                                    false);
                    matrices.add(a);
                    matrices.add(b);
                    sizes[slot] = a.size();
                    sizes[slot + 1] = b.size();
                    offset += a.size() + b.size();
                }
                slot += 2;
            }
        }
        return new LoraShape(adapter, List.copyOf(matrices), sizes, offset);
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
                                        config.rank(),
                                        m.rows,
                                        m.columns));
            System.arraycopy(tensor.values(), 0, values, m.offset, m.size());
        }
        var known = matrices.stream().map(Matrix::name).collect(Collectors.toSet());
        for (String name : adapter.tensors().keySet())
            if (!known.contains(name))
                throw new UnreadableModelException(
                        "tensor %s belongs to no target module of this base; the adapter was made for another base"
                                .formatted(name));
        return values;
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
