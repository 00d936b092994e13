package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Exponentials of scores over their sum, and what scores go through on their way there. */
final class Softmax {
    private static final VectorSpecies<Float> F = Lanes.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final int LANES = Lanes.COUNT;

    /** 0, 1, 2 ... */
    private static final IntVector NUMBERS = IntVector.zero(I).addIndex(1);

    private Softmax() {}

    static float max(float[] a, int from, int to) {
        FloatVector most = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        int i = from;
        for (; i <= to - LANES; i += LANES)
            most = Lanes.larger(most, FloatVector.fromArray(F, a, i));
        float result = Lanes.largest(most);
        for (; i < to; i++) result = Math.max(result, a[i]);
        return result;
    }

    /** {@code a = exp((a - most) * factor)}, and the sum of them. */
    static float exponentials(float[] a, int from, int to, float most, float factor) {
        FloatVector sum = FloatVector.zero(F);
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            FloatVector e = Lanes.exponential(FloatVector.fromArray(F, a, i), most, factor);
            e.intoArray(a, i);
            sum = sum.add(e);
        }
        float result = Lanes.sum(sum);
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
            sum = sum.add(Lanes.exponential(FloatVector.fromArray(F, a, i), most, 1));
        double result = Lanes.sum(sum);
        for (; i < to; i++) result += Math.exp(a[i] - most);
        return (float) (most + Math.log(result));
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
            Numbers.load(x, at + k)
                    .blend(Float.NEGATIVE_INFINITY, below)
                    .intoMemorySegment(x, (at + k) * Float.BYTES, ByteOrder.nativeOrder());
        }
        for (; k < count; k++)
            if (numbers[numbersAt + k] < limit)
                x.setAtIndex(ValueLayout.JAVA_FLOAT, at + k, Float.NEGATIVE_INFINITY);
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
    static float running(
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
        for (; i <= to - LANES; i += LANES)
            largest = Lanes.larger(largest, Numbers.load(x, at + i));
        float next = Lanes.largest(largest);
        for (; i < to; i++)
            if (x.getAtIndex(ValueLayout.JAVA_FLOAT, at + i) > next)
                next = x.getAtIndex(ValueLayout.JAVA_FLOAT, at + i);
        int past = next == Float.NEGATIVE_INFINITY ? from : to;
        FloatVector sum = FloatVector.zero(F);
        for (i = 0; i < F.loopBound(count); i += LANES) {
            FloatVector e = FloatVector.zero(F);
            if (i + LANES > from && i < past) {
                e = Lanes.exponential(Numbers.load(x, at + i), next, factor);
                if (i < from || i + LANES > past) e = e.blend(0, outside(i, from, past));
                sum = sum.add(e);
            }
            Numbers.put(format, e, into, at + i);
        }
        float result = Lanes.sum(sum);
        for (; i < count; i++) {
            float e = 0;
            if (i >= from && i < past)
                e =
                        (float)
                                Math.exp(
                                        (x.getAtIndex(ValueLayout.JAVA_FLOAT, at + i) - next)
                                                * factor);
            result += e;
            Numbers.put(format, e, into, at + i);
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
    static void back(
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
                e = Lanes.exponential(Numbers.load(x, at + i), most, factor);
                if (i < from || i + LANES > to) e = e.blend(0, outside(i, from, to));
                change = Numbers.load(slopes, at + i).sub(share).mul(factor).mul(e);
            }
            Numbers.put(format, e, p, at + i);
            Numbers.put(format, change, changes, at + i);
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
            Numbers.put(format, e, p, at + i);
            Numbers.put(format, e == 0 ? 0 : (slope - share) * factor * e, changes, at + i);
        }
    }
}
