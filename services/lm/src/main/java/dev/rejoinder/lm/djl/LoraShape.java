package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.read.ModelConfig;
import java.util.ArrayList;
import java.util.List;

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
