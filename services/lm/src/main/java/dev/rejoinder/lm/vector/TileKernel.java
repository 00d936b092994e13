package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products, lanes along the width. The source of {@link Kernels}: never used as it stands.
 *
 * <p>Memory is read in a few long streams, {@code to - from} cut in two or four, because a
 * prefetcher follows those and gives up on neighbouring rows read in turn (a bfloat16 product ran
 * at 22 GB/s instead of 37). Rows of activations are taken four at a time, the weights then coming
 * from the nearest cache: what takes eight is more than the compiler inlines.
 */
final class TileKernel implements Kernel {
    private static final Format FORMAT = format();
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final VectorSpecies<Short> S =
            VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));
    private static final VectorSpecies<Byte> B =
            VectorSpecies.of(
                    byte.class, VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 4)));
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int LANES = F.length();
    private static final int HALF_BITS = 16;

    TileKernel() {}

    private static Format format() {
        try {
            Format format = MethodHandles.classData(MethodHandles.lookup(), "_", Format.class);
            return format == null ? Format.FLOAT32 : format;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void times(Matrix w, MemorySegment x, int rows, float[] y, int from, int to) {
        int streams = rows == 1 ? 4 : 2;
        int stride = (to - from) / streams;
        int end = from + stride;
        if (rows == 1) {
            if (FORMAT == Format.INT8) for (int o = from; o < end; o++) bytes(w, x, y, o, stride);
            else for (int o = from; o < end; o++) one(w, x, y, o, stride);
        } else {
            for (int o = from; o < end; o++) pair(w, x, rows, y, o, stride);
        }
        for (int o = from + streams * stride; o < to; o++) single(w, x, rows, y, o);
        if (w.width() % LANES != 0) addTail(w, x, rows, y, from, to);
    }

    private static void pair(Matrix w, MemorySegment x, int rows, float[] y, int o, int stride) {
        for (int r = 0; r < rows; r += 4) {
            int in = r * w.width();
            int out = r * w.height() + o;
            if (r + 2 < rows) four(w, x, in, y, out, o, stride);
            else two(w, x, in, y, out, o, stride);
        }
    }

    /** Weights {@code i} and following, as floats. */
    private static FloatVector load(MemorySegment weights, MemorySegment scales, long i) {
        return switch (FORMAT) {
            case FLOAT32 -> FloatVector.fromMemorySegment(F, weights, i * Float.BYTES, ORDER);
            case BFLOAT16 ->
                    ((IntVector)
                                    ShortVector.fromMemorySegment(
                                                    S, weights, i * Short.BYTES, ORDER)
                                            .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                            .lanewise(VectorOperators.LSHL, HALF_BITS)
                            .reinterpretAsFloats();
            case INT8 -> unscaled(weights, i).mul(scale(scales, i));
        };
    }

    private static FloatVector unscaled(MemorySegment weights, long i) {
        return (FloatVector)
                ByteVector.fromMemorySegment(B, weights, i, ORDER)
                        .convertShape(VectorOperators.B2F, F, 0);
    }

    private static float scale(MemorySegment scales, long i) {
        return scales.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i / Format.BLOCK * (long) Float.BYTES);
    }

    private static FloatVector load(MemorySegment x, long i) {
        return FloatVector.fromMemorySegment(F, x, i * Float.BYTES, ORDER);
    }

    private static float sum(FloatVector v) {
        return v.reduceLanes(VectorOperators.ADD);
    }

    /** Outputs o, o + stride, o + 2 stride, o + 3 stride of one row. */
    private static void one(Matrix m, MemorySegment x, float[] y, int o, int stride) {
        MemorySegment w = m.weights();
        MemorySegment s = m.scales();
        int width = m.width();
        long at = (long) o * width;
        long next = (long) stride * width;
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int k = 0; k < F.loopBound(width); k += LANES) {
            FloatVector v = load(x, k);
            long p = at + k;
            a = load(w, s, p).fma(v, a);
            b = load(w, s, p + next).fma(v, b);
            c = load(w, s, p + 2 * next).fma(v, c);
            d = load(w, s, p + 3 * next).fma(v, d);
        }
        y[o] = sum(a);
        y[o + stride] = sum(b);
        y[o + 2 * stride] = sum(c);
        y[o + 3 * stride] = sum(d);
    }

    /** The same for bytes: a block's scale is applied to its sum. */
    private static void bytes(Matrix m, MemorySegment x, float[] y, int o, int stride) {
        MemorySegment w = m.weights();
        MemorySegment s = m.scales();
        int width = m.width();
        long at = (long) o * width;
        long next = (long) stride * width;
        FloatVector a = FloatVector.zero(F);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int k = 0; k < width; k += Format.BLOCK) {
            long p = at + k;
            FloatVector p0 = FloatVector.zero(F);
            FloatVector p1 = p0;
            FloatVector p2 = p0;
            FloatVector p3 = p0;
            for (int j = 0; j < Format.BLOCK; j += LANES) {
                FloatVector v = load(x, k + j);
                p0 = unscaled(w, p + j).fma(v, p0);
                p1 = unscaled(w, p + next + j).fma(v, p1);
                p2 = unscaled(w, p + 2 * next + j).fma(v, p2);
                p3 = unscaled(w, p + 3 * next + j).fma(v, p3);
            }
            a = p0.fma(FloatVector.broadcast(F, scale(s, p)), a);
            b = p1.fma(FloatVector.broadcast(F, scale(s, p + next)), b);
            c = p2.fma(FloatVector.broadcast(F, scale(s, p + 2 * next)), c);
            d = p3.fma(FloatVector.broadcast(F, scale(s, p + 3 * next)), d);
        }
        y[o] = sum(a);
        y[o + stride] = sum(b);
        y[o + 2 * stride] = sum(c);
        y[o + 3 * stride] = sum(d);
    }

    /** Outputs o and o + stride of two rows. */
    private static void two(
            Matrix m, MemorySegment x, int xAt, float[] y, int yAt, int o, int stride) {
        MemorySegment w = m.weights();
        MemorySegment s = m.scales();
        int width = m.width();
        long at = (long) o * width;
        long next = (long) stride * width;
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        for (int k = 0; k < F.loopBound(width); k += LANES) {
            FloatVector a = load(w, s, at + k);
            FloatVector b = load(w, s, at + next + k);
            FloatVector v = load(x, xAt + k);
            a0 = a.fma(v, a0);
            b0 = b.fma(v, b0);
            v = load(x, xAt + width + k);
            a1 = a.fma(v, a1);
            b1 = b.fma(v, b1);
        }
        int height = m.height();
        put(y, yAt, stride, a0, b0);
        put(y, yAt + height, stride, a1, b1);
    }

    private static void four(
            Matrix m, MemorySegment x, int xAt, float[] y, int yAt, int o, int stride) {
        MemorySegment w = m.weights();
        MemorySegment s = m.scales();
        int width = m.width();
        long at = (long) o * width;
        long next = (long) stride * width;
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int k = 0; k < F.loopBound(width); k += LANES) {
            FloatVector a = load(w, s, at + k);
            FloatVector b = load(w, s, at + next + k);
            int p = xAt + k;
            FloatVector v = load(x, p);
            a0 = a.fma(v, a0);
            b0 = b.fma(v, b0);
            v = load(x, p + width);
            a1 = a.fma(v, a1);
            b1 = b.fma(v, b1);
            v = load(x, p + 2 * width);
            a2 = a.fma(v, a2);
            b2 = b.fma(v, b2);
            v = load(x, p + 3 * width);
            a3 = a.fma(v, a3);
            b3 = b.fma(v, b3);
        }
        int height = m.height();
        put(y, yAt, stride, a0, b0);
        put(y, yAt + height, stride, a1, b1);
        put(y, yAt + 2 * height, stride, a2, b2);
        put(y, yAt + 3 * height, stride, a3, b3);
    }

    private static void put(float[] y, int at, int stride, FloatVector a, FloatVector b) {
        y[at] = sum(a);
        y[at + stride] = sum(b);
    }

    /** One output of every row; what the streams leave over. */
    private static void single(Matrix m, MemorySegment x, int rows, float[] y, int o) {
        MemorySegment w = m.weights();
        MemorySegment s = m.scales();
        int width = m.width();
        long at = (long) o * width;
        for (int r = 0; r < rows; r++) {
            FloatVector a = FloatVector.zero(F);
            for (int k = 0; k < F.loopBound(width); k += LANES)
                a = load(w, s, at + k).fma(load(x, r * width + k), a);
            y[r * m.height() + o] = sum(a);
        }
    }

    /** What is left of a width that is no multiple of the lanes. */
    private static void addTail(Matrix m, MemorySegment x, int rows, float[] y, int from, int to) {
        int width = m.width();
        for (int r = 0; r < rows; r++)
            for (int o = from; o < to; o++) {
                float sum = 0;
                for (int k = F.loopBound(width); k < width; k++)
                    sum += m.at(o, k) * x.getAtIndex(ValueLayout.JAVA_FLOAT, (long) r * width + k);
                y[r * m.height() + o] += sum;
            }
    }
}
