package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** What a decoder does to vectors between its matrices. */
final class Elementwise {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final VectorSpecies<Short> S =
            VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));
    private static final VectorSpecies<Byte> COPIED = ByteVector.SPECIES_256;
    private static final int LANES = F.length();

    /** 0, 1, 2 ... */
    private static final IntVector NUMBERS = IntVector.zero(I).addIndex(1);

    private static final int HALF_BITS = 16;

    /** Half of a bfloat16's last place, in a float's bits. */
    private static final int HALF_UNIT = 0x8000;

    private static final int UPPER_HALF = 0xffff0000;

    private static final float LOG2_E = 1.44269504f;

    /** 2 to this is the least normal float. */
    private static final float LEAST_POWER = -126;

    /** 1.5 * 2^23: added to a small number it leaves the nearest whole one in the last bits. */
    private static final float ROUNDING = 12_582_912f;

    private static final int MANTISSA = 23;

    /** ln(2)^n / n!, what is left out at most 1e-7. */
    private static final float POLYNOMIAL_1 = 0.693147180559945f;

    private static final float POLYNOMIAL_2 = 0.240226506959101f;
    private static final float POLYNOMIAL_3 = 0.0555041086648216f;
    private static final float POLYNOMIAL_4 = 0.00961812910762848f;
    private static final float POLYNOMIAL_5 = 0.00133335581464284f;
    private static final float POLYNOMIAL_6 = 0.000154035303933816f;

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
        double sum = sum(squares);
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
        double square = sum(squares);
        double product = sum(products);
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
        float result = sum(sum);
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
            sigmoid(g).mul(g).mul(u).intoArray(out, outAt + k);
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
        int k = 0;
        for (; k < F.loopBound(half); k += LANES) {
            FloatVector a = FloatVector.fromArray(F, x, at + k);
            FloatVector b = FloatVector.fromArray(F, x, at + half + k);
            FloatVector cosine = FloatVector.fromArray(F, cosines, angle + k);
            a.mul(cosine)
                    .add(b.mul(FloatVector.fromArray(F, sines, angle + k)))
                    .intoArray(x, at + k);
            b.mul(cosine)
                    .add(a.mul(FloatVector.fromArray(F, sines, angle + half + k)))
                    .intoArray(x, at + half + k);
        }
        for (; k < half; k++) {
            float a = x[at + k];
            float b = x[at + half + k];
            x[at + k] = a * cosines[angle + k] + b * sines[angle + k];
            x[at + half + k] = b * cosines[angle + k] + a * sines[angle + half + k];
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
            FloatVector sigmoid = sigmoid(g);
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

    /** The way back through {@link #rotate}, which is the turn the other way. */
    static void rotateBack(float[] x, int at, int half, float[] cosines, float[] sines, int angle) {
        int k = 0;
        for (; k < F.loopBound(half); k += LANES) {
            FloatVector a = FloatVector.fromArray(F, x, at + k);
            FloatVector b = FloatVector.fromArray(F, x, at + half + k);
            FloatVector cosine = FloatVector.fromArray(F, cosines, angle + k);
            a.mul(cosine)
                    .add(b.mul(FloatVector.fromArray(F, sines, angle + half + k)))
                    .intoArray(x, at + k);
            b.mul(cosine)
                    .add(a.mul(FloatVector.fromArray(F, sines, angle + k)))
                    .intoArray(x, at + half + k);
        }
        for (; k < half; k++) {
            float a = x[at + k];
            float b = x[at + half + k];
            x[at + k] = a * cosines[angle + k] + b * sines[angle + half + k];
            x[at + half + k] = b * cosines[angle + k] + a * sines[angle + k];
        }
    }

    static float max(float[] a, int from, int to) {
        FloatVector most = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        int i = from;
        for (; i <= to - LANES; i += LANES) most = larger(most, FloatVector.fromArray(F, a, i));
        float result = largest(most);
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
        float result = sum(sum);
        for (; i < to; i++) {
            a[i] = (float) Math.exp((a[i] - most) * factor);
            result += a[i];
        }
        return result;
    }

    /** {@code 1 / (1 + e^-v)}, by powers that are not above 1. */
    private static FloatVector sigmoid(FloatVector v) {
        FloatVector power = powerOfTwo(v.abs().mul(-LOG2_E));
        FloatVector above = power.blend(1, v.compare(VectorOperators.GE, 0));
        return above.div(power.add(1));
    }

    static float logSumExp(float[] a, int from, int to) {
        float most = max(a, from, to);
        FloatVector sum = FloatVector.zero(F);
        int i = from;
        for (; i <= to - LANES; i += LANES)
            sum = sum.add(exponential(FloatVector.fromArray(F, a, i), most, 1));
        double result = sum(sum);
        for (; i < to; i++) result += Math.exp(a[i] - most);
        return (float) (most + Math.log(result));
    }

    private static FloatVector exponential(FloatVector v, float most, float factor) {
        return powerOfTwo(v.sub(most).mul(factor * LOG2_E));
    }

    /**
     * 2^x to 2e-7 of itself, 0 below -126; for numbers that are not above 0. By a polynomial, in
     * the same steps whether interpreted or compiled, so that the same pass gives the same bits
     * again.
     */
    private static FloatVector powerOfTwo(FloatVector x) {
        FloatVector shifted = x.add(ROUNDING);
        FloatVector rest = x.sub(shifted.sub(ROUNDING));
        FloatVector p = FloatVector.broadcast(F, POLYNOMIAL_6);
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_5));
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_4));
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_3));
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_2));
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_1));
        p = p.fma(rest, FloatVector.broadcast(F, 1));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA);
        FloatVector power = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
        return power.blend(0, x.compare(VectorOperators.LT, LEAST_POWER));
    }

    /**
     * Without the care for signed zeros that makes {@code max} slow; what is no number is not
     * larger.
     */
    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    private static float largest(FloatVector v) {
        float most = Float.NEGATIVE_INFINITY;
        for (float lane : v.toArray()) if (lane > most) most = lane;
        return most;
    }

    /** In the order of the lanes, which a reduction leaves to the compiler. */
    private static float sum(FloatVector v) {
        float sum = 0;
        for (float lane : v.toArray()) sum += lane;
        return sum;
    }

    /** Numbers from memory as floats. */
    static void widen(
            Format format, MemorySegment from, long first, float[] into, int at, int count) {
        if (format == Format.FLOAT32) {
            MemorySegment.copy(
                    from, ValueLayout.JAVA_FLOAT_UNALIGNED, first * Float.BYTES, into, at, count);
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
                    .intoArray(into, at + k);
        for (; k < count; k++)
            into[at + k] =
                    BFloat16.toFloat(
                            from.get(ValueLayout.JAVA_SHORT_UNALIGNED, (first + k) * Short.BYTES));
    }

    /** bfloat16 in memory as floats in memory. */
    static void widen(MemorySegment from, MemorySegment into, int count) {
        int k = 0;
        for (; k < F.loopBound(count); k += LANES)
            ((IntVector)
                            ShortVector.fromMemorySegment(
                                            S,
                                            from,
                                            (long) k * Short.BYTES,
                                            ByteOrder.nativeOrder())
                                    .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                    .lanewise(VectorOperators.LSHL, HALF_BITS)
                    .intoMemorySegment(into, (long) k * Float.BYTES, ByteOrder.nativeOrder());
        for (; k < count; k++)
            into.setAtIndex(
                    ValueLayout.JAVA_FLOAT,
                    k,
                    BFloat16.toFloat(
                            from.get(ValueLayout.JAVA_SHORT_UNALIGNED, (long) k * Short.BYTES)));
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

    /** Numbers to memory, in float32 or rounded to bfloat16. */
    static void put(Format format, float[] x, int at, int count, MemorySegment into, long first) {
        if (format == Format.FLOAT32)
            MemorySegment.copy(x, at, into, ValueLayout.JAVA_FLOAT, first * Float.BYTES, count);
        else round(x, at, count, into, first);
    }

    /** The same of floats in memory. */
    static void put(Format format, MemorySegment x, int count, MemorySegment into, long first) {
        if (format == Format.FLOAT32) {
            MemorySegment.copy(x, 0, into, first * Float.BYTES, (long) count * Float.BYTES);
            return;
        }
        int k = 0;
        for (; k < F.loopBound(count); k += LANES)
            upperHalves(
                    FloatVector.fromMemorySegment(
                                    F, x, (long) k * Float.BYTES, ByteOrder.nativeOrder())
                            .reinterpretAsInts()
                            .add(HALF_UNIT),
                    into,
                    first + k);
        for (; k < count; k++) {
            int bits = x.getAtIndex(ValueLayout.JAVA_INT, k);
            into.setAtIndex(
                    ValueLayout.JAVA_SHORT, first + k, (short) (bits + HALF_UNIT >>> HALF_BITS));
        }
    }

    private static void round(float[] x, int at, int count, MemorySegment into, long first) {
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

    static void scale(float[] x, int at, int count, float factor) {
        int k = 0;
        for (; k < F.loopBound(count); k += LANES)
            FloatVector.fromArray(F, x, at + k).mul(factor).intoArray(x, at + k);
        for (; k < count; k++) x[at + k] *= factor;
    }

    /** Scores become minus infinity where a key's number is below a limit. */
    static void hideBelow(
            MemorySegment x, long at, int count, int[] numbers, int numbersAt, int limit) {
        int k = 0;
        for (; k < F.loopBound(count); k += LANES) {
            var below =
                    IntVector.fromArray(I, numbers, numbersAt + k)
                            .compare(VectorOperators.LT, limit)
                            .cast(F);
            load(x, at + k)
                    .blend(Float.NEGATIVE_INFINITY, below)
                    .intoMemorySegment(x, (at + k) * Float.BYTES, ByteOrder.nativeOrder());
        }
        for (; k < count; k++)
            if (numbers[numbersAt + k] < limit)
                x.setAtIndex(ValueLayout.JAVA_FLOAT, at + k, Float.NEGATIVE_INFINITY);
    }

    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(F, x, at * Float.BYTES, ByteOrder.nativeOrder());
    }

    /** Which lanes of a vector that begins at a number are outside of others. */
    private static VectorMask<Float> outside(int at, int from, int to) {
        return NUMBERS.compare(VectorOperators.LT, from - at)
                .or(NUMBERS.compare(VectorOperators.GE, to - at))
                .cast(F);
    }

    /**
     * A row's part of a running softmax (Milakov and Gimelshein 2018, algorithm 3): {@code into =
     * exp((x - most) * factor)} between two numbers, 0 elsewhere, relative to the largest so far.
     * In one method that is too long to be inlined: within a longer one the compiler leaves vectors
     * on the heap, and the row takes ten times as long.
     *
     * @param x {@code [count]} scores in memory
     * @param most the largest of each row so far
     * @param total the sums of exponentials of each row so far, before they are rounded
     * @return what was summed before is to be multiplied by this
     */
    static float softmax(
            MemorySegment x,
            long at,
            int count,
            int from,
            int to,
            float[] most,
            float[] total,
            int row,
            float factor,
            Format format,
            MemorySegment into) {
        FloatVector largest = FloatVector.broadcast(F, most[row]);
        int i = from;
        for (; i <= to - LANES; i += LANES) largest = larger(largest, load(x, at + i));
        float next = largest(largest);
        for (; i < to; i++)
            if (x.getAtIndex(ValueLayout.JAVA_FLOAT, at + i) > next)
                next = x.getAtIndex(ValueLayout.JAVA_FLOAT, at + i);
        int past = next == Float.NEGATIVE_INFINITY ? from : to;
        FloatVector sum = FloatVector.zero(F);
        for (i = 0; i < F.loopBound(count); i += LANES) {
            FloatVector e = FloatVector.zero(F);
            if (i + LANES > from && i < past) {
                e = exponential(load(x, at + i), next, factor);
                if (i < from || i + LANES > past) e = e.blend(0, outside(i, from, past));
                sum = sum.add(e);
            }
            put(format, e, into, at + i);
        }
        float result = sum(sum);
        for (; i < count; i++) {
            float e = 0;
            if (i >= from && i < past)
                e =
                        (float)
                                Math.exp(
                                        (x.getAtIndex(ValueLayout.JAVA_FLOAT, at + i) - next)
                                                * factor);
            result += e;
            put(format, e, into, at + i);
        }
        float kept = next == most[row] ? 1 : (float) Math.exp((double) (most[row] - next) * factor);
        most[row] = next;
        total[row] = total[row] * kept + result;
        return kept;
    }

    /**
     * The way back through a softmax: {@code p = exp((x - most) * factor)} again and {@code p
     * (slope - share) factor}, 0 but between two numbers.
     *
     * @param x {@code [count]} scores in memory
     * @param slopes of p, likewise
     */
    static void softmaxBack(
            MemorySegment x,
            MemorySegment slopes,
            long at,
            int count,
            int from,
            int to,
            float most,
            float factor,
            float share,
            Format format,
            MemorySegment p,
            MemorySegment changes) {
        int i = 0;
        for (; i < F.loopBound(count); i += LANES) {
            FloatVector e = FloatVector.zero(F);
            FloatVector change = e;
            if (i + LANES > from && i < to) {
                e = exponential(load(x, at + i), most, factor);
                if (i < from || i + LANES > to) e = e.blend(0, outside(i, from, to));
                change = load(slopes, at + i).sub(share).mul(factor).mul(e);
            }
            put(format, e, p, at + i);
            put(format, change, changes, at + i);
        }
        for (; i < count; i++) {
            float e = 0;
            if (i >= from && i < to)
                e =
                        (float)
                                Math.exp(
                                        (x.getAtIndex(ValueLayout.JAVA_FLOAT, at + i) - most)
                                                * factor);
            float slope = slopes.getAtIndex(ValueLayout.JAVA_FLOAT, at + i);
            put(format, e, p, at + i);
            put(format, e == 0 ? 0 : (slope - share) * factor * e, changes, at + i);
        }
    }

    private static void put(Format format, FloatVector v, MemorySegment into, long at) {
        if (format == Format.FLOAT32)
            v.intoMemorySegment(into, at * Float.BYTES, ByteOrder.nativeOrder());
        else upperHalves(v.reinterpretAsInts().add(HALF_UNIT), into, at);
    }

    private static void put(Format format, float value, MemorySegment into, long at) {
        if (format == Format.FLOAT32) into.setAtIndex(ValueLayout.JAVA_FLOAT, at, value);
        else
            into.setAtIndex(
                    ValueLayout.JAVA_SHORT,
                    at,
                    (short) (Float.floatToRawIntBits(value) + HALF_UNIT >>> HALF_BITS));
    }

    /** Copies short rows of whole 32 bytes, from neighbours to others with gaps between them. */
    static void copyRows(
            MemorySegment from,
            long first,
            int bytes,
            int rows,
            MemorySegment into,
            long at,
            long stride) {
        for (int r = 0; r < rows; r++)
            for (int b = 0; b < bytes; b += COPIED.length())
                ByteVector.fromMemorySegment(
                                COPIED, from, first + (long) r * bytes + b, ByteOrder.nativeOrder())
                        .intoMemorySegment(into, at + r * stride + b, ByteOrder.nativeOrder());
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
