package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.LanguageModel.ModelInfo;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.score.TokenTree;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.lm.train.TokenObjective;
import java.nio.file.Path;
import java.util.List;

/**
 * LoRA on the frozen base. The way there gives log-probabilities and, for each of them, its
 * derivative by the final hidden state; the objective in Java weighs them, and the decoder alone is
 * gone back through ({@link Gradients}). Other passes may run between the two ways.
 */
final class TorchTraining implements LoraTraining {
    /** As PyTorch's clip_grad_norm_ divides. */
    private static final double CLIP_EPSILON = 1e-6;

    /** Tokens of a pass, whose activations all live until its backward is done. */
    private static final int TOKENS = 1024;

    private final NativeGate gate;
    private final Decoder decoder;
    private final ModelInfo base;
    private final LoraShape shape;
    private final AdamW optimiser;
    private final PtNDManager manager;
    private final TorchAdapter current;
    private final Gradients gradients;
    private boolean closed;

    TorchTraining(
            NativeGate gate,
            Decoder decoder,
            ModelInfo base,
            LoraShape shape,
            long seed,
            double weightDecay) {
        this.gate = gate;
        this.decoder = decoder;
        this.base = base;
        this.shape = shape;
        this.optimiser = new AdamW(AdamW.start(shape, seed), weightDecay);
        this.manager =
                gate.run(Priority.TRAINING, () -> (PtNDManager) decoder.manager().newSubManager());
        this.current =
                TorchAdapter.of(
                        gate,
                        decoder,
                        shape,
                        optimiser.parameters(),
                        () ->
                                PeftFolder.digest(
                                        shape.config(),
                                        shape.tensors(optimiser.parameters()),
                                        base.digest()));
        this.gradients =
                gate.run(
                        Priority.TRAINING,
                        () -> decoder.gradients(shape, manager, current, optimiser::parameters));
    }

    LoraShape shape() {
        return shape;
    }

    /** Native tensors that live between two calls. */
    int heldTensors() {
        return manager.getManagedArrays().size() + decoder.manager().getManagedArrays().size();
    }

    @Override
    public double[] accumulate(List<Example> examples, double weight) {
        examples.forEach(e -> Scorer.requireFits(e.pack(), decoder.config()));
        double[] losses = new double[examples.size()];
        int[] lengths =
                examples.stream()
                        .mapToInt(e -> decoder.lengths().of(TokenTree.of(e.pack()).size()))
                        .toArray();
        for (List<Integer> batch : LengthBatches.of(lengths, TOKENS)) {
            List<Example> own = batch.stream().map(examples::get).toList();
            double[] found = pass(own, weight);
            for (int i = 0; i < found.length; i++) losses[batch.get(i)] = found[i];
        }
        return losses;
    }

    private double[] pass(List<Example> examples, double weight) {
        List<Pack> packs = examples.stream().map(Example::pack).toList();
        var batch = PackedBatch.of(packs, decoder.lengths());
        float[] slopes = new float[batch.targets().length * base.hidden()];
        var there = gate.run(Priority.TRAINING, () -> there(batch, slopes));
        try {
            float[][][] logProbs = batch.unpack(packs, there.logProbs);
            double[] losses = new double[logProbs.length];
            float[] outer = new float[batch.targets().length];
            int at = 0;
            for (int i = 0; i < logProbs.length; i++) {
                TokenObjective.Value value = examples.get(i).objective().at(logProbs[i]);
                losses[i] = value.loss();
                at = flatten(value.gradient(), logProbs[i], outer, at);
            }
            float[] hidden = hiddenGradient(batch, slopes, outer, weight);
            onNativeThread(() -> gradients.backward(there.forward, hidden));
            return losses;
        } finally {
            onNativeThread(there.forward::close);
        }
    }

    private record There(Gradients.Forward forward, float[] logProbs) {}

    private There there(PackedBatch batch, float[] slopes) {
        Gradients.Forward forward = gradients.forward(batch.pass());
        try {
            float[] logProbs =
                    decoder.head()
                            .logProbs(forward.hidden(), batch.rows(), batch.targets(), slopes);
            return new There(forward, logProbs);
        } catch (RuntimeException | Error e) {
            forward.close();
            throw e;
        }
    }

    private void onNativeThread(Runnable work) {
        gate.run(
                Priority.TRAINING,
                () -> {
                    work.run();
                    return this;
                });
    }

    /** Returns where the next pack's begin. */
    private static int flatten(float[][] gradient, float[][] logProbs, float[] into, int at) {
        int next = at;
        for (int c = 0; c < logProbs.length; c++) {
            if (gradient.length != logProbs.length || gradient[c].length != logProbs[c].length)
                throw new IllegalArgumentException(
                        "the objective's gradient has another shape than its log-probabilities");
            System.arraycopy(gradient[c], 0, into, next, gradient[c].length);
            next += gradient[c].length;
        }
        return next;
    }

    /**
     * Chain rule at the head: the slopes of a state's targets, each times the loss's derivative by
     * that target's log-probability.
     *
     * @param outer by place
     * @return {@code [states, hidden]}
     */
    private float[] hiddenGradient(
            PackedBatch batch, float[] slopes, float[] outer, double weight) {
        int width = base.hidden();
        float[] gradient = new float[batch.pass().select().length * width];
        for (int i = 0; i < batch.rows().length; i++) {
            double factor = outer[batch.places()[i]] * weight;
            int to = batch.rows()[i] * width;
            int from = i * width;
            for (int h = 0; h < width; h++) gradient[to + h] += (float) (slopes[from + h] * factor);
        }
        return gradient;
    }

    @Override
    public double update(double learningRate, double maxNorm) {
        float[] gradient = gradient();
        double norm = AdamW.norm(gradient);
        if (!Double.isFinite(norm)) {
            onNativeThread(gradients::renew);
            throw new IllegalStateException(
                    "the gradient of update %d is not finite and was dropped; lower the learning rate or check the data"
                            .formatted(steps() + 1));
        }
        optimiser.update(gradient, Math.min(1, maxNorm / (norm + CLIP_EPSILON)), learningRate);
        follow();
        return norm;
    }

    /** What was gathered since the last update, as {@link LoraShape} lays it out. */
    float[] gradient() {
        return gate.run(Priority.TRAINING, gradients::gathered);
    }

    private void follow() {
        onNativeThread(gradients::renew);
        current.refresh(shape, optimiser.parameters());
    }

    @Override
    public Adapter current() {
        return current;
    }

    @Override
    public int steps() {
        return optimiser.steps();
    }

    @Override
    public void saveAdapter(Path folder) {
        var tensors = shape.tensors(optimiser.parameters());
        PeftFolder.write(folder, shape.config(), tensors, base.name(), base.digest());
    }

    @Override
    public void saveCheckpoint(Path file) {
        optimiser.checkpoint(shape.config().toString(), base.digest()).write(file);
    }

    @Override
    public void restore(Path file) {
        String config = shape.config().toString();
        optimiser.restore(Checkpoint.read(file, config, base.digest(), shape.parameters()));
        follow();
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        current.close();
        if (decoder.closed()) return;
        onNativeThread(() -> {
            gradients.close();
            manager.close();
        });
    }
}
