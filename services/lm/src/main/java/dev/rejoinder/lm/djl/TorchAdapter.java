package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.AdapterConfig;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * An adapter's low-rank factors as native tensors, fused the way the base's matrices are. Counts
 * its users: rows in flight keep the tensors alive after {@link #close()}.
 */
final class TorchAdapter implements Adapter {
    private final AdapterConfig config;
    private final String digest;
    private final NativeGate gate;
    private final PtNDManager manager;
    private final PtNDArray[] tensors;
    private final Object usersLock = new Object();
    private int users = 1;
    private boolean closed;

    private TorchAdapter(
            AdapterConfig config,
            String digest,
            NativeGate gate,
            PtNDManager manager,
            PtNDArray[] tensors) {
        this.config = config;
        this.digest = digest;
        this.gate = gate;
        this.manager = manager;
        this.tensors = tensors;
    }

    /**
     * @param values all parameters as {@link LoraShape} lays them out
     */
    static TorchAdapter of(
            NativeGate gate,
            PtNDManager parent,
            Script script,
            LoraShape shape,
            float[] values,
            String digest) {
        return gate.run(
                Priority.SERVING,
                () -> {
                    var manager = (PtNDManager) parent.newSubManager();
                    try (var flat =
                            manager.create(FloatBuffer.wrap(values), new Shape(values.length))) {
                        var arguments =
                                new Script.Arguments()
                                        .tensor(flat)
                                        .integers(shape.sizes())
                                        .real(shape.config().scale());
                        PtNDArray[] views = script.call("fuse", arguments).tensors(manager);
                        var tensors = new PtNDArray[views.length];
                        for (int i = 0; i < views.length; i++) {
                            var own = new Script.Arguments().tensor(views[i]);
                            tensors[i] = script.call("own", own).tensor(manager);
                            views[i].close();
                        }
                        return new TorchAdapter(shape.config(), digest, gate, manager, tensors);
                    }
                });
    }

    @Override
    public AdapterConfig config() {
        return config;
    }

    @Override
    public String digest() {
        return digest;
    }

    List<PtNDArray> tensors() {
        return List.of(tensors);
    }

    /**
     * Keeps the tensors until the matching {@link #unhold}.
     *
     * @throws IllegalStateException if the adapter is closed
     */
    void hold() {
        synchronized (usersLock) {
            if (users == 0 || closed)
                throw new IllegalStateException("adapter " + digest + " is closed; load it again");
            users++;
        }
    }

    void unhold() {
        synchronized (usersLock) {
            if (--users > 0) return;
        }
        gate.run(
                Priority.SERVING,
                () -> {
                    manager.close();
                    return null;
                });
    }

    @Override
    public void close() {
        synchronized (usersLock) {
            if (closed) return;
            closed = true;
        }
        unhold();
    }

    /** One list for several adapters, in order. */
    static IValue list(List<TorchAdapter> adapters) {
        return IValue.listFrom(
                adapters.stream().flatMap(a -> a.tensors().stream()).toArray(PtNDArray[]::new));
    }
}
