package dev.rejoinder.lm.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.vector.LoraGradient;
import java.nio.FloatBuffer;

/** There and back by {@link LoraGradient}: no row is filled up, nothing is recorded. */
final class TextGradients implements Gradients {
    private final LoraGradient gradient;
    private final LoraShape shape;
    private final PtNDManager manager;
    private final TorchAdapter current;

    /**
     * @param current the adapter of the optimiser's parameters
     */
    TextGradients(
            LoraGradient gradient, LoraShape shape, PtNDManager manager, TorchAdapter current) {
        this.gradient = gradient;
        this.shape = shape;
        this.manager = manager;
        this.current = current;
    }

    private record Kept(PtNDArray hidden, int[] select) implements Forward {
        @Override
        public void close() {
            hidden.close();
        }
    }

    @Override
    public Forward forward(Pass pass) {
        var text = new TextPass(pass);
        int[] select = text.places(pass.select());
        float[] states = gradient.forward(text.batch(AdapterGroups.forAll(current)), select);
        var rows = new Shape(select.length, states.length / Math.max(1, select.length));
        return new Kept((PtNDArray) manager.create(FloatBuffer.wrap(states), rows), select);
    }

    @Override
    public void backward(Forward forward, float[] slopes) {
        gradient.backward(((Kept) forward).select, slopes);
    }

    @Override
    public float[] gathered() {
        if (!gradient.gathered()) return new float[shape.parameters()];
        return shape.split(gradient::ofDown, gradient::ofUp);
    }

    @Override
    public void renew() {
        gradient.clear();
    }

    @Override
    public void close() {
        gradient.close();
    }
}
