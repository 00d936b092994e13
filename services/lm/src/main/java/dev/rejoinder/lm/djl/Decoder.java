package dev.rejoinder.lm.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelFiles;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The base model as native calls. Every method but {@link #close} runs on the native thread; what
 * it returns belongs to the manager that it is given.
 */
final class Decoder implements AutoCloseable {
    /** Up to so many token rows the packed fp16 matrices are the faster ones. */
    private static final int MOST_HALF_TOKENS = 64;

    private final PtNDManager manager;
    private final Script script;
    private final DecoderWeights weights;
    private final ModelConfig config;
    private final OutputHead head;
    private volatile boolean closed;

    private Decoder(
            PtNDManager manager, Script script, DecoderWeights weights, ModelConfig config) {
        this.manager = manager;
        this.script = script;
        this.weights = weights;
        this.config = config;
        this.head = new OutputHead(manager, script, weights, config.hidden());
    }

    static Decoder load(ModelFiles files, EngineOptions options) {
        boolean bfloat16 = Device.bfloat16(options.precision());
        boolean half = Device.packedHalf(options.precision());
        var manager = (PtNDManager) NDManager.newBaseManager();
        try {
            String code = DecoderSource.of(files.config(), bfloat16, half);
            var script = new Script(manager, DecoderSource.TYPE, code);
            var weights =
                    new DecoderWeights.Loader(
                                    manager, script, files.weights(), files.config(), half)
                            .load();
            return new Decoder(manager, script, weights, files.config());
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    ModelConfig config() {
        return config;
    }

    PtNDManager manager() {
        return manager;
    }

    Script script() {
        return script;
    }

    OutputHead head() {
        return head;
    }

    /** Final hidden states {@code [selected, hidden]} of a pass without gradients. */
    PtNDArray hidden(PtNDManager into, Pass pass, AdapterGroups adapters, @Nullable IValue cache) {
        return run(into, pass, adapters, cache, null)[0];
    }

    /**
     * Final hidden states, then averages {@code [spans, hidden]} for each layer in rising order.
     */
    PtNDArray[] states(PtNDManager into, Pass pass, AdapterGroups adapters, Pass.Pool pool) {
        return run(into, pass, adapters, null, pool);
    }

    /**
     * Final hidden states with gradients for the parameters.
     *
     * @param parameters a leaf as {@link LoraShape} lays it out
     */
    PtNDArray trained(PtNDManager into, Pass pass, PtNDArray parameters, LoraShape shape) {
        var fuse =
                new Script.Arguments()
                        .tensor(parameters)
                        .integers(shape.sizes())
                        .real(shape.config().scale());
        try (IValue lora = script.call("fuse", fuse, true).keep()) {
            var arguments = arguments(into, pass, false, null);
            arguments.kept(lora).tensors();
            read(into, arguments, pass, null);
            return script.call("run_plain", arguments, true).tensors(into)[0];
        }
    }

    private PtNDArray[] run(
            PtNDManager into,
            Pass pass,
            AdapterGroups adapters,
            @Nullable IValue cache,
            Pass.@Nullable Pool pool) {
        boolean half = weights.half() != null && pass.rows() * pass.time() <= MOST_HALF_TOKENS;
        var arguments = arguments(into, pass, half, cache);
        adapters.addTo(arguments, into, pass.rows());
        read(into, arguments, pass, pool);
        return script.call(half ? "run_half" : "run_plain", arguments).tensors(into);
    }

    private Script.Arguments arguments(
            PtNDManager into, Pass pass, boolean half, @Nullable IValue cache) {
        var shape = new Shape(pass.rows(), pass.time());
        var arguments = new Script.Arguments();
        arguments.tensor(into.create(pass.ids(), shape));
        arguments.tensor(into.create(pass.positions(), shape));
        long[] segments = pass.segments();
        arguments.tensor(segments == null ? into.create(0L) : into.create(segments, shape));
        arguments.integer(pass.mask().ordinal()).integer(pass.keys());
        arguments.kept(weights.norms()).kept(weights.biases());
        IValue packed = weights.half();
        arguments.kept(half && packed != null ? packed : weights.matrices());
        arguments.kept(weights.tables());
        if (cache == null) arguments.tensors();
        else arguments.kept(cache);
        long[] slots = pass.slots();
        arguments.tensor(
                slots == null ? into.create(0L) : into.create(slots, new Shape(slots.length, 1)));
        return arguments.integer(pass.firstSlot());
    }

    private static void read(
            PtNDManager into, Script.Arguments arguments, Pass pass, Pass.@Nullable Pool pool) {
        arguments.tensor(into.create(pass.select(), new Shape(pass.select().length)));
        if (pool == null) {
            arguments.integers().tensor(into.create(0f));
            return;
        }
        var shape = new Shape(pool.spans(), (long) pass.rows() * pass.time());
        arguments.integers(pool.layers());
        arguments.tensor(into.create(FloatBuffer.wrap(pool.weights()), shape));
    }

    /** New tensors of the wanted size with the old contents. */
    IValue grownCache(@Nullable IValue cache, int slots, int capacity) {
        var arguments = new Script.Arguments().tensor(weights.headRows());
        if (cache == null) arguments.tensors();
        else arguments.kept(cache);
        return script.call("grow", arguments.integer(slots).integer(capacity)).keep();
    }

    void moveSlot(IValue cache, int source, int target, int length) {
        var arguments = new Script.Arguments().kept(cache).integer(source).integer(target);
        script.call("move", arguments.integer(length)).drop();
    }

    void clearSlot(IValue cache, int slot) {
        script.call("clear", new Script.Arguments().kept(cache).integer(slot)).drop();
    }

    /** Whether the native memory is gone, and with it what hung on it. */
    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        weights.close();
        script.close();
        manager.close();
    }
}
