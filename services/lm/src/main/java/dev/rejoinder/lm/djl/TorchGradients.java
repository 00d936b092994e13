package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.FloatBuffer;
import java.util.function.Supplier;

/** Only the decoder is differentiated by libtorch; its recorded graph lives in its own tensors. */
final class TorchGradients implements Gradients {
    private final Decoder decoder;
    private final LoraShape shape;
    private final PtNDManager manager;
    private final Supplier<float[]> parameters;
    private PtNDArray leaf;
    private boolean gathered;

    TorchGradients(
            Decoder decoder, LoraShape shape, PtNDManager manager, Supplier<float[]> parameters) {
        this.decoder = decoder;
        this.shape = shape;
        this.manager = manager;
        this.parameters = parameters;
        this.leaf = newLeaf();
    }

    private PtNDArray newLeaf() {
        float[] values = parameters.get().clone();
        var fresh = (PtNDArray) manager.create(FloatBuffer.wrap(values), new Shape(values.length));
        fresh.setRequiresGradient(true);
        return fresh;
    }

    private record Recorded(PtNDManager tensors, PtNDArray hidden) implements Forward {
        @Override
        public void close() {
            tensors.close();
        }
    }

    @Override
    public Forward forward(Pass pass) {
        var tensors = (PtNDManager) manager.newSubManager();
        JniUtils.setGradMode(true);
        try {
            return new Recorded(tensors, decoder.trained(tensors, pass, leaf, shape));
        } catch (RuntimeException | Error e) {
            tensors.close();
            throw e;
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    @Override
    public void backward(Forward forward, float[] slopes) {
        var recorded = (Recorded) forward;
        var rows = recorded.hidden.getShape();
        var slope = (PtNDArray) recorded.tensors.create(FloatBuffer.wrap(slopes), rows);
        JniUtils.backward(recorded.hidden, slope, false, false);
        gathered = true;
    }

    @Override
    public float[] gathered() {
        if (!gathered) return new float[shape.parameters()];
        try (var gradient = JniUtils.getGradient(leaf)) {
            return gradient.toFloatArray();
        }
    }

    @Override
    public void renew() {
        leaf.close();
        leaf = newLeaf();
        gathered = false;
    }

    /** Tensors go with their manager. */
    @Override
    public void close() {}
}
