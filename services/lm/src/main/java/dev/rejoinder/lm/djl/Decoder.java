package dev.rejoinder.lm.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.FusedHead;
import dev.rejoinder.lm.vector.Gemm;
import dev.rejoinder.lm.vector.Logits;
import dev.rejoinder.lm.vector.LongPass;
import dev.rejoinder.lm.vector.LoraGradient;
import dev.rejoinder.lm.vector.Matrix;
import dev.rejoinder.lm.vector.PagedCache;
import dev.rejoinder.lm.vector.Team;
import dev.rejoinder.lm.vector.TextBatch;
import dev.rejoinder.lm.vector.TokenBatch;
import dev.rejoinder.lm.vector.VectorDecoder;
import dev.rejoinder.lm.vector.VectorWeights;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The base model as native calls. Every method but {@link #close} runs on the native thread; what
 * it returns belongs to the manager that it is given.
 */
final class Decoder implements AutoCloseable {
    private final PtNDManager manager;
    private final Script script;
    private final DecoderWeights weights;
    private final ModelConfig config;
    private final Computation on;
    private final OutputHead head;
    private final @Nullable FusedHead fused;
    private final @Nullable VectorDecoder vectors;
    private final @Nullable LongPass longPass;
    private final Team team;
    private volatile boolean closed;

    private Decoder(
            PtNDManager manager,
            Script script,
            DecoderWeights weights,
            ModelConfig config,
            Computation on,
            int threads) {
        this.manager = manager;
        this.script = script;
        this.weights = weights;
        this.config = config;
        this.on = on;
        this.team = new Team(threads);
        VectorWeights few = weights.vectors();
        VectorWeights many = weights.wide();
        Gemm gemm = few == null ? null : MklGemm.find();
        boolean halves = Device.multipliesHalves();
        Gemm units = halves ? gemm : null;
        Gemm forTexts = on.bfloat16() && !halves ? null : gemm;
        this.vectors =
                few == null
                        ? null
                        : new VectorDecoder(config, few, team, units, forTexts, on.format());
        this.longPass =
                many == null || forTexts == null
                        ? null
                        : new LongPass(config, many, team, forTexts);
        this.fused =
                gemm == null || on.headFormat() == Format.BFLOAT16 && !halves
                        ? null
                        : new FusedHead(gemm, headMatrix(weights, config), team);
        this.head =
                new OutputHead(manager, script, weights, config.hidden(), on.drawsTokens(), fused);
    }

    private Matrix headMatrix(DecoderWeights weights, ModelConfig config) {
        return NativeMemory.matrix(
                weights.headRows(), on.headFormat(), config.vocabulary(), config.hidden());
    }

    /**
     * @param slice weights that are on the heap at a time
     */
    static Decoder load(ModelFiles files, EngineOptions options, int slice) {
        Computation on = Computation.of(options);
        var manager = (PtNDManager) NDManager.newBaseManager(on.device());
        try {
            String code = DecoderSource.of(files.config(), on.bfloat16(), on.packedHalf());
            var script = new Script(manager, DecoderSource.TYPE, code);
            var weights = new WeightsLoader(manager, script, files, on, slice).load();
            return new Decoder(
                    manager, script, weights, files.config(), on, options.nativeThreads());
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

    /** How long the rows of its passes are made. */
    RowLengths lengths() {
        return RowLengths.on(on.bfloat16(), on.device().isGpu());
    }

    /** What keys and values are kept in. */
    Format cacheFormat() {
        return on.format();
    }

    /** Tokens up to which prompts and decode steps share a pass; 0 where they never do. */
    int mostTogether() {
        return vectors == null ? 0 : vectors.mostTokens();
    }

    /**
     * Derivatives by an adapter's parameters.
     *
     * @param manager of what lives between two calls
     * @param current the adapter of the parameters
     */
    Gradients gradients(
            LoraShape shape,
            PtNDManager manager,
            TorchAdapter current,
            Supplier<float[]> parameters) {
        VectorWeights many = weights.wide();
        Gemm gemm = MklGemm.find();
        if (longPass == null || many == null || gemm == null)
            return new TorchGradients(this, shape, manager, parameters);
        var own = new LoraGradient(config, many, team, gemm);
        return new TextGradients(own, shape, manager, current);
    }

    /** Whether texts of any lengths share a pass of so many tokens without being filled up. */
    boolean ragged(int tokens) {
        return longPass != null || tokens <= mostTogether();
    }

    /** Whether adapters' factors are read by Java as well. */
    boolean readByJava() {
        return vectors != null;
    }

    /**
     * Reads tokens without libtorch, where {@link #ragged} says so: their keys and values are in
     * the cache afterwards.
     *
     * @return a row for each selected token, valid until the next pass
     */
    Logits read(TokenBatch batch, PagedCache cache) {
        VectorDecoder own = Objects.requireNonNull(vectors);
        if (longPass == null || batch.size() <= own.mostTokens()) return own.read(batch, cache);
        float[] states = longPass.read(TextBatch.of(batch), cache, null);
        return own.logits(states, batch.select());
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
            var arguments = arguments(into, pass, null);
            arguments.kept(lora).tensors();
            read(into, arguments, pass, null);
            return script.call("run", arguments, true).tensors(into)[0];
        }
    }

    private PtNDArray[] run(
            PtNDManager into,
            Pass pass,
            AdapterGroups adapters,
            @Nullable IValue cache,
            Pass.@Nullable Pool pool) {
        if (longPass != null && cache == null)
            return TextPass.run(longPass, into, pass, adapters, pool);
        var arguments = arguments(into, pass, cache);
        adapters.addTo(arguments, into, pass.rows());
        read(into, arguments, pass, pool);
        return script.call("run", arguments).tensors(into);
    }

    private Script.Arguments arguments(PtNDManager into, Pass pass, @Nullable IValue cache) {
        var shape = new Shape(pass.rows(), pass.time());
        var arguments = new Script.Arguments();
        arguments.tensor(into.create(pass.ids(), shape));
        arguments.tensor(into.create(pass.positions(), shape));
        long[] last = pass.last();
        arguments.tensor(last == null ? into.create(0L) : into.create(last, shape));
        Pass.Paged paged = pass.paged();
        arguments.integer(pass.mask().ordinal()).integer(paged == null ? 0 : paged.keys());
        arguments.kept(weights.norms()).kept(weights.biases());
        arguments.kept(weights.matrices()).kept(weights.tables());
        if (cache == null || paged == null)
            return arguments
                    .tensors()
                    .tensor(into.create(0L))
                    .tensor(into.create(0L))
                    .tensor(into.create(0L));
        return arguments
                .kept(cache)
                .tensor(into.create(paged.blocks(), shape))
                .tensor(into.create(paged.offsets(), shape))
                .tensor(into.create(paged.texts(), new Shape(pass.rows(), paged.each())));
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

    /** Keys and values of so many blocks on the model's device, not yet written. */
    IValue pagedCache(int blocks) {
        var arguments = new Script.Arguments().tensor(weights.headRows());
        return script.call("paged", arguments.integer(blocks)).keep();
    }

    /** Fills blocks with zeros. */
    void clear(IValue cache, long[] blocks) {
        try (var into = (PtNDManager) manager.newSubManager()) {
            var arguments = new Script.Arguments().kept(cache);
            arguments.tensor(into.create(blocks, new Shape(blocks.length)));
            script.call("clear", arguments).drop();
        }
    }

    /** Whether the native memory is gone, and with it what hung on it. */
    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        team.close();
        if (vectors != null) vectors.close();
        if (longPass != null) longPass.close();
        if (fused != null) fused.close();
        weights.close();
        script.close();
        manager.close();
    }
}
