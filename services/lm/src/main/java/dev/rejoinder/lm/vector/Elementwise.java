package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What a decoder does to vectors between its matrices, and the way back through it. */
final class Elementwise {
    private static final VectorSpecies<Float> F = Lanes.F;
    private static final int LANES = Lanes.COUNT;

    private Elementwise() {}

    /** Root-mean-square normalisation (Zhang and Sennrich 2019). */
    static void rmsNorm(
            float[] x, int at, int size, float[] weight, double epsilon, float[] out, int outAt) {
        FloatVector squares = FloatVector.zero(F);
        int k = 0;
        for (; k < F.loopBound(size); k += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, at + k);
            squares = v.fma(v, squares);
        }
        double sum = Lanes.sum(squares);
        for (; k < size; k++) sum += x[at + k] * x[at + k];
        float factor = (float) (1 / Math.sqrt(sum / size + epsilon));
        for (k = 0; k < F.loopBound(size); k += LANES)
            FloatVector.fromArray(F, x, at + k)
                    .mul(factor)
                    .mul(FloatVector.fromArray(F, weight, k))
                    .intoArray(out, outAt + k);
        for (; k < size; k++) out[outAt + k] = x[at + k] * factor * weight[k];
    }

    /**
     * The way back through a norm: {@code into += f (w dy - x f^2 sum(x w dy) / size)} with {@code
     * f = 1 / rms(x)}.
     */
    static void rmsNormBack(
            float[] x,
            int at,
            int size,
            float[] weight,
            double epsilon,
            float[] slope,
            int slopeAt,
            float[] into,
            int intoAt) {
        FloatVector squares = FloatVector.zero(F);
        FloatVector products = squares;
        int k = 0;
        for (; k < F.loopBound(size); k += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, at + k);
            FloatVector w = FloatVector.fromArray(F, weight, k);
            squares = v.fma(v, squares);
            products = w.mul(FloatVector.fromArray(F, slope, slopeAt + k)).fma(v, products);
        }
        double square = Lanes.sum(squares);
        double product = Lanes.sum(products);
        for (; k < size; k++) {
            square += x[at + k] * x[at + k];
            product += weight[k] * slope[slopeAt + k] * x[at + k];
        }
        double inverse = 1 / Math.sqrt(square / size + epsilon);
        float factor = (float) inverse;
        float share = (float) (-product * inverse * inverse * inverse / size);
        for (k = 0; k < F.loopBound(size); k += LANES) {
            FloatVector w = FloatVector.fromArray(F, weight, k);
            FloatVector own = w.mul(FloatVector.fromArray(F, slope, slopeAt + k)).mul(factor);
            FloatVector.fromArray(F, x, at + k)
                    .fma(FloatVector.broadcast(F, share), own)
                    .add(FloatVector.fromArray(F, into, intoAt + k))
                    .intoArray(into, intoAt + k);
        }
        for (; k < size; k++)
            into[intoAt + k] += weight[k] * slope[slopeAt + k] * factor + x[at + k] * share;
    }

    static float dot(float[] a, int at, float[] b, int bAt, int size) {
        FloatVector sum = FloatVector.zero(F);
        int k = 0;
        for (; k < F.loopBound(size); k += LANES)
            sum =
                    FloatVector.fromArray(F, a, at + k)
                            .fma(FloatVector.fromArray(F, b, bAt + k), sum);
        float result = Lanes.sum(sum);
        for (; k < size; k++) result += a[at + k] * b[bAt + k];
        return result;
    }

    static void add(float[] into, int at, float[] other, int otherAt, int size) {
        int k = 0;
        for (; k < F.loopBound(size); k += LANES)
            FloatVector.fromArray(F, into, at + k)
                    .add(FloatVector.fromArray(F, other, otherAt + k))
                    .intoArray(into, at + k);
        for (; k < size; k++) into[at + k] += other[otherAt + k];
    }

    /** {@code out = silu(gate) * up} (Shazeer 2020). */
    static void swiGlu(float[] gate, int at, int upAt, float[] out, int outAt, int size) {
        int k = 0;
        for (; k < F.loopBound(size); k += LANES) {
            FloatVector g = FloatVector.fromArray(F, gate, at + k);
            FloatVector u = FloatVector.fromArray(F, gate, upAt + k);
            Lanes.sigmoid(g).mul(g).mul(u).intoArray(out, outAt + k);
        }
        for (; k < size; k++) {
            float g = gate[at + k];
            out[outAt + k] = (float) (g / (1 + Math.exp(-g))) * gate[upAt + k];
        }
    }

    /**
     * Turns a head by its position (Su et al. 2021): the first half against the second.
     *
     * @param sines the first half negated
     */
    static void rotate(float[] x, int at, int half, float[] cosines, float[] sines, int angle) {
        turn(x, at, half, cosines, angle, sines, angle, angle + half);
    }

    /** The way back through {@link #rotate}, which is the turn the other way. */
    static void rotateBack(float[] x, int at, int half, float[] cosines, float[] sines, int angle) {
        turn(x, at, half, cosines, angle, sines, angle + half, angle);
    }

    /**
     * @param first where the sines begin that the first half takes of the second
     * @param second the other way round
     */
    private static void turn(
            float[] x,
            int at,
            int half,
            float[] cosines,
            int angle,
            float[] sines,
            int first,
            int second) {
        int k = 0;
        for (; k < F.loopBound(half); k += LANES) {
            FloatVector a = FloatVector.fromArray(F, x, at + k);
            FloatVector b = FloatVector.fromArray(F, x, at + half + k);
            FloatVector cosine = FloatVector.fromArray(F, cosines, first + k);
            a.mul(cosine)
                    .add(b.mul(FloatVector.fromArray(F, sines, first + k)))
                    .intoArray(x, at + k);
            b.mul(cosine)
                    .add(a.mul(FloatVector.fromArray(F, sines, second + k)))
                    .intoArray(x, at + half + k);
        }
        for (; k < half; k++) {
            float a = x[at + k];
            float b = x[at + half + k];
            x[at + k] = a * cosines[first + k] + b * sines[first + k];
            x[at + half + k] = b * cosines[first + k] + a * sines[second + k];
        }
    }

    /**
     * The way back through {@link #swiGlu}.
     *
     * @param both gate, then up; becomes their slopes
     * @param slope of the outputs, {@code [size]}
     */
    static void swiGluBack(float[] both, int size, float[] slope) {
        int k = 0;
        for (; k < F.loopBound(size); k += LANES) {
            FloatVector g = FloatVector.fromArray(F, both, k);
            FloatVector u = FloatVector.fromArray(F, both, size + k);
            FloatVector d = FloatVector.fromArray(F, slope, k);
            FloatVector sigmoid = Lanes.sigmoid(g);
            FloatVector silu = sigmoid.mul(g);
            FloatVector turn = g.sub(silu).fma(sigmoid, sigmoid);
            d.mul(u).mul(turn).intoArray(both, k);
            d.mul(silu).intoArray(both, size + k);
        }
        for (; k < size; k++) {
            double sigmoid = 1 / (1 + Math.exp(-both[k]));
            double silu = both[k] * sigmoid;
            double turn = sigmoid * (1 + both[k] - silu);
            both[k] = (float) (slope[k] * both[size + k] * turn);
            both[size + k] = (float) (slope[k] * silu);
        }
    }

    static void scale(float[] x, int at, int count, float factor) {
        int k = 0;
        for (; k < F.loopBound(count); k += LANES)
            FloatVector.fromArray(F, x, at + k).mul(factor).intoArray(x, at + k);
        for (; k < count; k++) x[at + k] *= factor;
    }

    /** Multiplies floats in memory. */
    static void scale(MemorySegment x, long at, int count, float factor) {
        int k = 0;
        for (; k < F.loopBound(count); k += LANES) {
            long bytes = (at + k) * Float.BYTES;
            FloatVector.fromMemorySegment(F, x, bytes, ByteOrder.nativeOrder())
                    .mul(factor)
                    .intoMemorySegment(x, bytes, ByteOrder.nativeOrder());
        }
        for (; k < count; k++)
            x.setAtIndex(
                    ValueLayout.JAVA_FLOAT,
                    at + k,
                    x.getAtIndex(ValueLayout.JAVA_FLOAT, at + k) * factor);
    }

    /** {@code into += factor * x}, of floats in memory. */
    static void addScaled(
            MemorySegment x, long first, int count, float factor, float[] into, int at) {
        int k = 0;
        for (; k < F.loopBound(count); k += LANES)
            FloatVector.fromMemorySegment(F, x, (first + k) * Float.BYTES, ByteOrder.nativeOrder())
                    .fma(FloatVector.broadcast(F, factor), FloatVector.fromArray(F, into, at + k))
                    .intoArray(into, at + k);
        for (; k < count; k++)
            into[at + k] += factor * x.getAtIndex(ValueLayout.JAVA_FLOAT, first + k);
    }
}
