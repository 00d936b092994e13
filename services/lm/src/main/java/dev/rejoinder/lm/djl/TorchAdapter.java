package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.LowRank;
import dev.rejoinder.lm.vector.Matrix;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An adapter's low-rank factors as native tensors, fused the way the base's matrices are. Counts
 * its users: rows in flight keep the tensors alive after {@link #close()}.
 */
final class TorchAdapter implements Adapter {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final AdapterConfig config;
    private final Supplier<String> digest;
    private final NativeGate gate;
    private final Decoder decoder;
    private final PtNDManager manager;
    private PtNDArray[] tensors;
    private @Nullable LowRank lowRank;
    private long number;
    private final Object usersLock = new Object();
    private int users = 1;
    private boolean closed;

    private TorchAdapter(
            AdapterConfig config,
            Supplier<String> digest,
            NativeGate gate,
            Decoder decoder,
            PtNDManager manager,
            PtNDArray[] tensors) {
        this.config = config;
        this.digest = digest;
        this.gate = gate;
        this.decoder = decoder;
        this.manager = manager;
        take(tensors);
    }

    private void take(PtNDArray[] fused) {
        tensors = fused;
        number = NUMBERS.incrementAndGet();
        lowRank = decoder.readByJava() ? lowRank(fused) : null;
    }

    /** The same memory for the vector units; nothing where nothing is adapted. */
    private static LowRank lowRank(PtNDArray[] fused) {
        @Nullable Matrix[] down = new Matrix[fused.length / 2];
        @Nullable Matrix[] up = new Matrix[fused.length / 2];
        for (int i = 0; i < down.length; i++) {
            Shape a = fused[2 * i].getShape();
            if (a.get(0) == 0) continue;
            int rank = (int) a.get(0);
            down[i] = NativeMemory.matrix(fused[2 * i], Format.FLOAT32, rank, (int) a.get(1));
            int height = (int) fused[2 * i + 1].getShape().get(0);
            up[i] = NativeMemory.matrix(fused[2 * i + 1], Format.FLOAT32, height, rank);
        }
        return new LowRank(down, up);
    }

    /**
     * @param values all parameters as {@link LoraShape} lays them out
     */
    static TorchAdapter of(
            NativeGate gate,
            Decoder decoder,
            LoraShape shape,
            float[] values,
            Supplier<String> digest) {
        return gate.run(
                Priority.SERVING,
                () -> {
                    var manager = (PtNDManager) decoder.manager().newSubManager();
                    PtNDArray[] fused = fuse(manager, decoder.script(), shape, values);
                    return new TorchAdapter(shape.config(), digest, gate, decoder, manager, fused);
                });
    }

    /**
     * The adapter as this engine's own.
     *
     * @throws IllegalArgumentException if it was loaded by another model
     */
    static @Nullable TorchAdapter requireOf(Decoder decoder, @Nullable Adapter adapter) {
        if (adapter == null) return null;
        if (adapter instanceof TorchAdapter own && own.decoder == decoder) return own;
        throw new IllegalArgumentException(
                "adapter %s belongs to another model; load it with this one"
                        .formatted(adapter.digest()));
    }

    /** Tensors with memory of their own: fusing gives views of the parameters where it can. */
    private static PtNDArray[] fuse(
            PtNDManager into, Script script, LoraShape shape, float[] values) {
        try (var flat =
                (PtNDArray) into.create(FloatBuffer.wrap(values), new Shape(values.length))) {
            var arguments =
                    new Script.Arguments()
                            .tensor(flat)
                            .integers(shape.sizes())
                            .real(shape.config().scale());
            PtNDArray[] fused = script.call("fuse", arguments).tensors(into);
            for (int i = 0; i < fused.length; i++) {
                try (var view = fused[i]) {
                    var own = new Script.Arguments().tensor(view);
                    fused[i] = script.call("own", own).tensor(into);
                }
            }
            return fused;
        }
    }

    /** Takes new values, between two passes: whoever uses the adapter follows. */
    void refresh(LoraShape shape, float[] values) {
        gate.run(
                Priority.TRAINING,
                () -> {
                    PtNDArray[] fused = fuse(manager, decoder.script(), shape, values);
                    for (PtNDArray old : tensors) old.close();
                    take(fused);
                    return this;
                });
    }

    @Override
    public AdapterConfig config() {
        return config;
    }

    @Override
    public String digest() {
        return digest.get();
    }

    /** Which values these are: another number after every {@link #refresh}, never one twice. */
    long number() {
        return number;
    }

    @Nullable LowRank lowRank() {
        return lowRank;
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
                throw new IllegalStateException(
                        "adapter " + digest() + " is closed; load it again");
            users++;
        }
    }

    void unhold() {
        synchronized (usersLock) {
            if (--users > 0) return;
        }
        if (decoder.closed()) return;
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
}
