package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Numbers in memory, of two formats, and on the heap. */
final class Numbers {
    private static final VectorSpecies<Float> F = Lanes.F;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final VectorSpecies<Short> S =
            VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));
    private static final VectorSpecies<Byte> COPIED = ByteVector.SPECIES_256;
    private static final int LANES = Lanes.COUNT;
    private static final int HALF_BITS = 16;

    /** Half of a bfloat16's last place, in a float's bits. */
    private static final int HALF_UNIT = 0x8000;

    private static final int UPPER_HALF = 0xffff0000;

    private Numbers() {}

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

    static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(F, x, at * Float.BYTES, ByteOrder.nativeOrder());
    }

    static void put(Format format, FloatVector v, MemorySegment into, long at) {
        if (format == Format.FLOAT32)
            v.intoMemorySegment(into, at * Float.BYTES, ByteOrder.nativeOrder());
        else upperHalves(v.reinterpretAsInts().add(HALF_UNIT), into, at);
    }

    static void put(Format format, float value, MemorySegment into, long at) {
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

    static void upperHalves(IntVector v, MemorySegment into, long at) {
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
