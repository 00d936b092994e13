package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.score.Probe;
import dev.rejoinder.lm.token.Tokenizer;
import dev.rejoinder.lm.train.LoraTraining;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A base model on libtorch, one copy of its weights for everything. */
final class TorchModel implements LanguageModel {
    private final NativeGate gate;
    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final ChatEncoder chat;
    private final EngineOptions options;
    private final ModelInfo info;
    private final Scorer scorer;
    private final Reader reader;
    private boolean closed;

    TorchModel(NativeGate gate, Decoder decoder, ModelFiles files, EngineOptions options) {
        this.gate = gate;
        this.decoder = decoder;
        this.tokenizer = files.tokenizer();
        this.chat = files.chat();
        this.options = options;
        this.info = info(files);
        this.scorer = new Scorer(gate, decoder, options.scoringTokens());
        this.reader = new Reader(gate, decoder, options.scoringTokens());
    }

    private static ModelInfo info(ModelFiles files) {
        var c = files.config();
        long parameters = 0;
        for (String name : files.weights().names()) {
            long size = 1;
            for (long n : files.weights().shape(name)) size *= n;
            parameters += size;
        }
        return new ModelInfo(
                files.name(),
                files.digest(),
                c.architecture(),
                c.contextLength(),
                c.layers(),
                c.hidden(),
                c.vocabulary(),
                parameters);
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public ChatEncoder chat() {
        return chat;
    }

    @Override
    public Adapter loadAdapter(Path folder) {
        PeftFolder files = PeftFolder.read(folder);
        files.baseDigest()
                .filter(d -> !d.equals(info.digest()))
                .ifPresent(d -> {
                    throw new UnreadableModelException(
                            "%s was made for the base %s, this one is %s; serve it with its own base"
                                    .formatted(folder, d, info.digest()));
                });
        try {
            LoraShape shape = LoraShape.of(decoder.config(), files.modules());
            return adapter(shape, shape.vector(files.tensors()), files::digest);
        } catch (IllegalArgumentException | UnreadableModelException e) {
            throw new UnreadableModelException(folder + ": " + e.getMessage(), e);
        }
    }

    /** Native tensors that live between two calls. */
    int heldTensors() {
        return decoder.manager().getManagedArrays().size();
    }

    /** An adapter of these values, without a file. */
    Adapter adapter(AdapterConfig config, Consumer<float[]> fill) {
        LoraShape shape = LoraShape.of(decoder.config(), config);
        float[] values = new float[shape.parameters()];
        fill.accept(values);
        return adapter(
                shape,
                values,
                () -> PeftFolder.digest(config, shape.tensors(values), info.digest()));
    }

    private Adapter adapter(LoraShape shape, float[] values, Supplier<String> digest) {
        return TorchAdapter.of(gate, decoder, shape, values, digest);
    }

    @Override
    public BatchGenerator generator(int capacity) {
        return new TorchGenerator(gate, decoder, tokenizer, chat, options, capacity);
    }

    @Override
    public float[][][] score(List<Pack> packs, @Nullable Adapter adapter) {
        return holding(adapter, own -> scorer.score(packs, own));
    }

    @Override
    public List<Probe.Reading> read(List<Probe> probes, @Nullable Adapter adapter) {
        return holding(adapter, own -> reader.read(probes, own));
    }

    private <T> T holding(@Nullable Adapter adapter, Function<@Nullable TorchAdapter, T> work) {
        var own = TorchAdapter.requireOf(decoder, adapter);
        if (own == null) return work.apply(null);
        own.hold();
        try {
            return work.apply(own);
        } finally {
            own.unhold();
        }
    }

    @Override
    public LoraTraining train(AdapterConfig config, long seed, double weightDecay) {
        LoraShape shape = LoraShape.of(decoder.config(), config);
        return new TorchTraining(gate, decoder, info, shape, seed, weightDecay);
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        gate.run(
                Priority.SERVING,
                () -> {
                    decoder.close();
                    return null;
                });
        NativeGate.release();
    }
}
