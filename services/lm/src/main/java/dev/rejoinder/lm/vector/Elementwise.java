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

    /** Half of a bfloat16's last place, in a float's bits. */
    private static final int HALF_UNIT = 0x8000;

    private static final int UPPER_HALF = 0xffff0000;

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

    /**
     * Each number as two bfloat16: its rounding, and after all of those the roundings of what they
     * left.
     *
     * @param into {@code [2, count]}
     */
    static void split(float[] x, int count, MemorySegment into) {
        int k = 0;
        for (; k < F.loopBound(count); k += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, k);
            IntVector high = v.reinterpretAsInts().add(HALF_UNIT).and(UPPER_HALF);
            IntVector low = v.sub(high.reinterpretAsFloats()).reinterpretAsInts().add(HALF_UNIT);
            upperHalves(high, into, k);
            upperHalves(low, into, count + k);
        }
        for (; k < count; k++) {
            int high = Float.floatToRawIntBits(x[k]) + HALF_UNIT & UPPER_HALF;
            int low = Float.floatToRawIntBits(x[k] - Float.intBitsToFloat(high)) + HALF_UNIT;
            into.setAtIndex(ValueLayout.JAVA_SHORT, k, (short) (high >>> HALF_BITS));
            into.setAtIndex(ValueLayout.JAVA_SHORT, (long) count + k, (short) (low >>> HALF_BITS));
        }
    }

    /** Numbers to bfloat16. */
    static void round(float[] x, int at, int count, MemorySegment into, long first) {
        int k = 0;
        for (; k < F.loopBound(count); k += LANES)
            upperHalves(
                    FloatVector.fromArray(F, x, at + k).reinterpretAsInts().add(HALF_UNIT),
                    into,
                    first + k);
        for (; k < count; k++)
            into.setAtIndex(
                    ValueLayout.JAVA_SHORT,
                    first + k,
                    (short) (Float.floatToRawIntBits(x[at + k]) + HALF_UNIT >>> HALF_BITS));
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

    private static void upperHalves(IntVector v, MemorySegment into, long at) {
        ((ShortVector)
                        v.lanewise(VectorOperators.LSHR, HALF_BITS)
                                .convertShape(VectorOperators.I2S, S, 0))
                .intoMemorySegment(into, at * Short.BYTES, ByteOrder.nativeOrder());
    }

    /**
     * Adds the two halves of products and turns them: {@code into[r, at + o] = x[o, r] + x[o, rows
     * + r]}.
     *
     * @param x {@code [outputs, 2 rows]}
     * @param into {@code [rows, stride]}
     */
    static void sumHalves(
            MemorySegment x, int outputs, int rows, float[] into, int at, int stride) {
        for (int r = 0; r < rows; r++) {
            int to = r * stride + at;
            long from = r;
            for (int o = 0; o < outputs; o++, from += 2L * rows)
                into[to + o] =
                        x.getAtIndex(ValueLayout.JAVA_FLOAT, from)
                                + x.getAtIndex(ValueLayout.JAVA_FLOAT, from + rows);
        }
    }

    /** One number to memory. */
    static void narrow(Format format, MemorySegment into, long at, float value) {
        if (format == Format.FLOAT32)
            into.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES, value);
        else into.set(ValueLayout.JAVA_SHORT_UNALIGNED, at * Short.BYTES, BFloat16.of(value));
    }
}
