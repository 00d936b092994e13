package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.vector.FusedHead;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From final hidden states to what is read off the vocabulary's logits; native thread only. Logits
 * are float32 whatever the head is held in, as a bfloat16 product would round every one to eight
 * bits: scores use the processor's matrix units where there are any ({@link FusedHead}), else the
 * packed fp16 head where there is one, else a float32 head.
 */
final class OutputHead {
    /** Rows of logits at a time: 128 * 49,152 * 4 bytes are 25 MB. */
    private static final int ROWS = 128;

    private final PtNDManager manager;
    private final Script script;
    private final DecoderWeights weights;
    private final int width;
    private final @Nullable Draws draws;
    private final @Nullable FusedHead fused;

    /**
     * @param width size of a hidden state
     * @param fused what scores are computed by; null where there are no matrix units
     * @param drawsTokens whether sampled rows are drawn where the logits are
     */
    OutputHead(
            PtNDManager manager,
            Script script,
            DecoderWeights weights,
            int width,
            boolean drawsTokens,
            @Nullable FusedHead fused) {
        this.manager = manager;
        this.script = script;
        this.weights = weights;
        this.width = width;
        this.draws = drawsTokens ? new Draws(script) : null;
        this.fused = fused;
    }

    /**
     * Log-probabilities of the targets after final hidden states, a chunk of logits at a time.
     *
     * @param rows which state predicts each target, rising
     */
    float[] logProbs(PtNDArray hidden, int[] rows, long[] targets) {
        if (fused != null) return fused.logProbs(states(hidden), rows, targets, null);
        float[] result = new float[targets.length];
        forEachChunk(
                hidden,
                rows,
                targets,
                (into, arguments, at) -> {
                    float[] part =
                            script.call(named("log_probs"), arguments).tensor(into).toFloatArray();
                    System.arraycopy(part, 0, result, at, part.length);
                });
        return result;
    }

    /**
     * Log-probabilities of the targets, and how each changes with its hidden state.
     *
     * @param rows which state predicts each target, rising
     * @param gradients filled with {@code [targets, hidden]}
     */
    float[] logProbs(PtNDArray hidden, int[] rows, long[] targets, float[] gradients) {
        if (fused != null) return fused.logProbs(states(hidden), rows, targets, gradients);
        float[] result = new float[targets.length];
        forEachChunk(
                hidden,
                rows,
                targets,
                (into, arguments, at) -> {
                    arguments.tensor(weights.headRows());
                    PtNDArray[] both = script.call(named("head_gradient"), arguments).tensors(into);
                    float[] part = both[0].toFloatArray();
                    System.arraycopy(part, 0, result, at, part.length);
                    float[] slopes = both[1].toFloatArray();
                    System.arraycopy(slopes, 0, gradients, at * width, slopes.length);
                });
        return result;
    }

    /** Without what a backward pass needs. */
    private float[] states(PtNDArray hidden) {
        try (var into = (PtNDManager) manager.newSubManager()) {
            var all = new Script.Arguments().tensor(hidden).integer(0);
            all.integer(hidden.getShape().get(0));
            return script.call("rows", all).tensor(into).toFloatArray();
        }
    }

    private interface HeadPass {
        void over(PtNDManager into, Script.Arguments stateHeadRowsTargets, int at);
    }

    private void forEachChunk(PtNDArray hidden, int[] rows, long[] targets, HeadPass pass) {
        int end;
        for (int at = 0; at < targets.length; at = end) {
            int first = rows[at];
            end = at;
            while (end < targets.length && rows[end] < first + ROWS) end++;
            int past = rows[end - 1] + 1;
            try (var into = (PtNDManager) manager.newSubManager()) {
                var slice = new Script.Arguments().tensor(hidden).integer(first).integer(past);
                PtNDArray states = script.call("rows", slice).tensor(into);
                long[] own = new long[end - at];
                for (int i = 0; i < own.length; i++) own[i] = rows[at + i] - first;
                var shape = new Shape(own.length);
                var arguments = with(new Script.Arguments().tensor(states));
                arguments.tensor(into.create(own, shape));
                arguments.tensor(into.create(Arrays.copyOfRange(targets, at, end), shape));
                pass.over(into, arguments, at);
            }
        }
    }

    /** Logits {@code [rows, vocabulary]}, their log-sum-exp and argmax. */
    PtNDArray[] next(PtNDManager into, PtNDArray hidden) {
        var arguments = with(new Script.Arguments().tensor(hidden));
        return script.call(named("next"), arguments).tensors(into);
    }

    /** What draws tokens without their rows; null where the rows lie in Java's reach anyway. */
    @Nullable Draws draws() {
        return draws;
    }

    /** A row's probabilities at a temperature. */
    float[] weights(PtNDManager into, PtNDArray logits, int row, float temperature) {
        var arguments = new Script.Arguments().tensor(logits);
        arguments.tensor(into.create(new long[] {row}));
        arguments.tensor(into.create(new float[] {temperature}, new Shape(1, 1)));
        return script.call("weights", arguments).tensor(into).toFloatArray();
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

    private Script.Arguments with(Script.Arguments arguments) {
        IValue half = weights.halfHead();
        return arguments.kept(half == null ? weights.head() : half);
    }

    private String named(String method) {
        return method + (weights.halfHead() == null ? "_plain" : "_half");
    }
}
