package dev.rejoinder.lm.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelFiles;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The base model as native calls. Every method but {@link #close} runs on the native thread; what
 * it returns belongs to the manager that it is given.
 */
final class Decoder implements AutoCloseable {
    /** Up to so many token rows the packed fp16 matrices are the faster ones. */
    private static final int MOST_HALF_TOKENS = 64;

    /** Rows of logits at a time: 128 * 49,152 * 4 bytes are 25 MB. */
    static final int HEAD_ROWS = 128;

    private final PtNDManager manager;
    private final Script script;
    private final DecoderWeights weights;
    private final ModelConfig config;

    private Decoder(
            PtNDManager manager, Script script, DecoderWeights weights, ModelConfig config) {
        this.manager = manager;
        this.script = script;
        this.weights = weights;
        this.config = config;
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

    /** Final hidden states {@code [selected, hidden]} of a pass without gradients. */
    PtNDArray hidden(PtNDManager into, Pass pass, Adapters adapters, @Nullable IValue cache) {
        return run(into, pass, adapters, cache, null)[0];
    }

    /**
     * Final hidden states, then averages {@code [spans, hidden]} for each layer in rising order.
     */
    PtNDArray[] states(PtNDManager into, Pass pass, Pass.Pool pool) {
        return run(into, pass, Adapters.NONE, null, pool);
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
            Adapters adapters,
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

    /** Log-probabilities of the targets after final hidden states, a chunk of logits at a time. */
    float[] logProbs(PtNDArray hidden, long[] targets) {
        float[] result = new float[targets.length];
        forEachChunk(
                hidden,
                targets,
                (into, rows, chunk, at) -> {
                    var arguments = head(new Script.Arguments().tensor(rows)).tensor(chunk);
                    float[] part =
                            script.call(named("log_probs"), arguments).tensor(into).toFloatArray();
                    System.arraycopy(part, 0, result, at, part.length);
                });
        return result;
    }

    /**
     * Log-probabilities of the targets, and how each changes with its hidden state.
     *
     * @param gradients filled with {@code [targets, hidden]}
     */
    float[] logProbs(PtNDArray hidden, long[] targets, float[] gradients) {
        float[] result = new float[targets.length];
        forEachChunk(
                hidden,
                targets,
                (into, rows, chunk, at) -> {
                    var arguments = head(new Script.Arguments().tensor(rows));
                    arguments.tensor(weights.headRows()).tensor(chunk);
                    PtNDArray[] both = script.call(named("head_gradient"), arguments).tensors(into);
                    float[] part = both[0].toFloatArray();
                    System.arraycopy(part, 0, result, at, part.length);
                    float[] slopes = both[1].toFloatArray();
                    System.arraycopy(slopes, 0, gradients, at * config.hidden(), slopes.length);
                });
        return result;
    }

    private interface HeadPass {
        void over(PtNDManager into, PtNDArray hidden, PtNDArray targets, int at);
    }

    private void forEachChunk(PtNDArray hidden, long[] targets, HeadPass pass) {
        for (int at = 0; at < targets.length; at += HEAD_ROWS) {
            int end = Math.min(targets.length, at + HEAD_ROWS);
            try (var into = (PtNDManager) manager.newSubManager()) {
                var slice = new Script.Arguments().tensor(hidden).integer(at).integer(end);
                PtNDArray rows = script.call("rows", slice).tensor(into);
                long[] chunk = java.util.Arrays.copyOfRange(targets, at, end);
                pass.over(into, rows, (PtNDArray) into.create(chunk, new Shape(end - at)), at);
            }
        }
    }

    /**
     * Logits {@code [rows, vocabulary]}, their log-sum-exp and argmax, and, if asked for, the
     * probabilities at each row's temperature.
     */
    PtNDArray[] next(PtNDManager into, PtNDArray hidden, float[] temperatures, boolean sampled) {
        var arguments = head(new Script.Arguments().tensor(hidden));
        arguments.tensor(into.create(temperatures, new Shape(temperatures.length, 1)));
        return script.call(named("next"), arguments.flag(sampled)).tensors(into);
    }

    /** The logit of one token a row. */
    float[] gather(PtNDManager into, PtNDArray logits, long[] ids) {
        var arguments = new Script.Arguments().tensor(logits);
        arguments.tensor(into.create(ids, new Shape(ids.length, 1)));
        return script.call("gather", arguments).tensor(into).toFloatArray();
    }

    NextTokens.Top top(PtNDManager into, PtNDArray logits, int count) {
        var arguments = new Script.Arguments().tensor(logits).integer(count);
        PtNDArray[] both = script.call("top", arguments).tensors(into);
        return new NextTokens.Top(count, both[0].toFloatArray(), both[1].toLongArray());
    }

    private Script.Arguments head(Script.Arguments arguments) {
        IValue half = weights.halfHead();
        return arguments.kept(half == null ? weights.head() : half);
    }

    private String named(String method) {
        return method + (weights.halfHead() == null ? "_plain" : "_half");
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

    @Override
    public void close() {
        weights.close();
        script.close();
        manager.close();
    }

    /** The adapters of a pass, each with its rows. */
    record Adapters(List<Pass.AdapterRows> groups) {
        static final Adapters NONE = new Adapters(List.of());

        static Adapters forAll(@Nullable TorchAdapter adapter) {
            return adapter == null
                    ? NONE
                    : new Adapters(List.of(new Pass.AdapterRows(adapter, List.of())));
        }

        private void addTo(Script.Arguments arguments, PtNDManager into, int rows) {
            var tensors = groups.stream().flatMap(g -> g.adapter().tensors().stream());
            arguments.tensors(tensors.toArray(PtNDArray[]::new));
            boolean all =
                    groups.size() <= 1
                            && groups.stream()
                                    .allMatch(g -> g.rows().isEmpty() || g.rows().size() == rows);
            arguments.tensors(
                    all
                            ? new PtNDArray[0]
                            : groups.stream()
                                    .map(g -> g.rows().stream().mapToLong(i -> i).toArray())
                                    .map(r -> (PtNDArray) into.create(r, new Shape(r.length)))
                                    .toArray(PtNDArray[]::new));
        }
    }
}
