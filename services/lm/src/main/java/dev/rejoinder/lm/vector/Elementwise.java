package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** What a decoder does to vectors between its matrices. */
final class Elementwise {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final VectorSpecies<Short> S =
            VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));
    private static final int LANES = F.length();
    private static final int HALF_BITS = 16;

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
        double sum = squares.reduceLanes(VectorOperators.ADD);
        for (; k < size; k++) sum += x[at + k] * x[at + k];
        float factor = (float) (1 / Math.sqrt(sum / size + epsilon));
        for (k = 0; k < F.loopBound(size); k += LANES)
            FloatVector.fromArray(F, x, at + k)
                    .mul(factor)
                    .mul(FloatVector.fromArray(F, weight, k))
                    .intoArray(out, outAt + k);
        for (; k < size; k++) out[outAt + k] = x[at + k] * factor * weight[k];
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
            FloatVector divisor = g.neg().lanewise(VectorOperators.EXP).add(1);
            g.div(divisor).mul(u).intoArray(out, outAt + k);
        }
        for (; k < size; k++) {
            float g = gate[at + k];
            out[outAt + k] = (float) (g / (1 + Math.exp(-g))) * gate[upAt + k];
        }
    }

    static float max(float[] a, int from, int to) {
        FloatVector most = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        int i = from;
        for (; i <= to - LANES; i += LANES) most = most.max(FloatVector.fromArray(F, a, i));
        float result = most.reduceLanes(VectorOperators.MAX);
        for (; i < to; i++) result = Math.max(result, a[i]);
        return result;
    }

    /** {@code a = exp((a - most) * factor)}, and the sum of them. */
    static float exponentials(float[] a, int from, int to, float most, float factor) {
        FloatVector sum = FloatVector.zero(F);
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            FloatVector e = exponential(FloatVector.fromArray(F, a, i), most, factor);
            e.intoArray(a, i);
            sum = sum.add(e);
        }
        float result = sum.reduceLanes(VectorOperators.ADD);
        for (; i < to; i++) {
            a[i] = (float) Math.exp((a[i] - most) * factor);
            result += a[i];
        }
        return result;
    }

    static float logSumExp(float[] a, int from, int to) {
        float most = max(a, from, to);
        FloatVector sum = FloatVector.zero(F);
        int i = from;
        for (; i <= to - LANES; i += LANES)
            sum = sum.add(exponential(FloatVector.fromArray(F, a, i), most, 1));
        double result = sum.reduceLanes(VectorOperators.ADD);
        for (; i < to; i++) result += Math.exp(a[i] - most);
        return (float) (most + Math.log(result));
    }

    private static FloatVector exponential(FloatVector v, float most, float factor) {
        return v.sub(most).mul(factor).lanewise(VectorOperators.EXP);
    }

    /** Numbers from memory as floats. */
    static void widen(Format format, MemorySegment from, long first, float[] into, int count) {
        if (format == Format.FLOAT32) {
            MemorySegment.copy(
                    from, ValueLayout.JAVA_FLOAT_UNALIGNED, first * Float.BYTES, into, 0, count);
            return;
        }
        int k = 0;
        for (; k < F.loopBound(count); k += LANES)
            ((IntVector)
                            ShortVector.fromMemorySegment(
                                            S,
                                            from,
                                            (first + k) * Short.BYTES,
                                            ByteOrder.nativeOrder())
                                    .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                    .lanewise(VectorOperators.LSHL, HALF_BITS)
                    .reinterpretAsFloats()
                    .intoArray(into, k);
        for (; k < count; k++)
            into[k] =
                    BFloat16.toFloat(
                            from.get(ValueLayout.JAVA_SHORT_UNALIGNED, (first + k) * Short.BYTES));
    }

    /** One number to memory. */
    static void narrow(Format format, MemorySegment into, long at, float value) {
        if (format == Format.FLOAT32)
            into.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES, value);
        else into.set(ValueLayout.JAVA_SHORT_UNALIGNED, at * Short.BYTES, BFloat16.of(value));
    }
}
