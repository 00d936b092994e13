package dev.rejoinder.lm.djl;

import ai.djl.pytorch.jni.LibUtils;
import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.Gemm;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The products of the MKL that libtorch for x86 carries. Those of bfloat16 use AMX units. libtorch
 * has MKL's float32 product in its Fortran form only, which counts columns first and takes its
 * arguments by address: a row-major product is that of the transposed in turned order.
 */
final class MklGemm implements Gemm {
    private static final String LIBRARY = "libtorch_cpu.so";
    private static final int ROW_MAJOR = 101;
    private static final int AS_IT_IS = 111;
    private static final int TRANSPOSED = 112;

    private final MethodHandle ofFloats;
    private final MethodHandle ofHalves;
    private final MethodHandle setThreads;
    private final ThreadLocal<Arguments> arguments = ThreadLocal.withInitial(Arguments::new);

    private MklGemm(MethodHandle ofFloats, MethodHandle ofHalves, MethodHandle setThreads) {
        this.ofFloats = ofFloats;
        this.ofHalves = ofHalves;
        this.setThreads = setThreads;
    }

    /** After libtorch is loaded; null if it was built without MKL. */
    static @Nullable MklGemm find() {
        Path library = Path.of(LibUtils.getLibtorchPath()).resolve(LIBRARY);
        if (!Files.exists(library)) return null;
        var symbols = SymbolLookup.libraryLookup(library, Arena.global());
        var ofFloats = symbols.find("sgemm_");
        var ofHalves = symbols.find("cblas_gemm_bf16bf16f32");
        var setThreads = symbols.find("MKL_Set_Num_Threads_Local");
        if (ofFloats.isEmpty() || ofHalves.isEmpty() || setThreads.isEmpty()) return null;
        var linker = Linker.nativeLinker();
        var i = ValueLayout.JAVA_INT;
        var f = ValueLayout.JAVA_FLOAT;
        var p = ValueLayout.ADDRESS;
        return new MklGemm(
                linker.downcallHandle(
                        ofFloats.get(),
                        FunctionDescriptor.ofVoid(p, p, p, p, p, p, p, p, p, p, p, p, p)),
                linker.downcallHandle(
                        ofHalves.get(),
                        FunctionDescriptor.ofVoid(i, i, i, i, i, i, f, p, i, p, i, f, p, i)),
                linker.downcallHandle(setThreads.get(), FunctionDescriptor.of(i, i)));
    }

    /** A thread's arguments of the Fortran form. */
    private static final class Arguments {
        private static final int WORD = Integer.BYTES;
        final MemorySegment memory = Arena.ofAuto().allocate(10L * WORD, WORD);
        final MemorySegment m = at(0);
        final MemorySegment n = at(1);
        final MemorySegment k = at(2);
        final MemorySegment strideOfA = at(3);
        final MemorySegment strideOfB = at(4);
        final MemorySegment strideOfC = at(5);
        final MemorySegment one = at(6);
        final MemorySegment beta = at(7);
        final MemorySegment asItIs = at(8);
        final MemorySegment transposed = at(9);

        Arguments() {
            one.set(ValueLayout.JAVA_FLOAT, 0, 1f);
            asItIs.set(ValueLayout.JAVA_BYTE, 0, (byte) 'N');
            transposed.set(ValueLayout.JAVA_BYTE, 0, (byte) 'T');
        }

        private MemorySegment at(int word) {
            return memory.asSlice((long) word * WORD, WORD);
        }

        MemorySegment order(int order) {
            return order == AS_IT_IS ? asItIs : transposed;
        }
    }

    @Override
    public void times(
            Format format,
            MemorySegment x,
            int rows,
            MemorySegment w,
            int outputs,
            int width,
            MemorySegment y,
            boolean add) {
        call(format, AS_IT_IS, TRANSPOSED, rows, outputs, width, x, w, width, add, y);
    }

    @Override
    public void back(
            Format format,
            MemorySegment p,
            int rows,
            MemorySegment w,
            int stride,
            int outputs,
            int width,
            MemorySegment y,
            boolean add) {
        call(format, AS_IT_IS, AS_IT_IS, rows, width, outputs, p, w, stride, add, y);
    }

    @Override
    public void across(
            Format format,
            MemorySegment p,
            int outputs,
            MemorySegment x,
            int width,
            int rows,
            MemorySegment y,
            boolean add) {
        call(format, TRANSPOSED, AS_IT_IS, outputs, width, rows, p, x, width, add, y);
    }

    /**
     * {@code c = a b} or {@code c += a b}: c of {@code [m, n]}, a of {@code [m, k]} once in order.
     */
    private void call(
            Format format,
            int orderOfA,
            int orderOfB,
            int m,
            int n,
            int k,
            MemorySegment a,
            MemorySegment b,
            int strideOfB,
            boolean add,
            MemorySegment c) {
        if (format == Format.INT8)
            throw new IllegalArgumentException("there is no product of weights with scales");
        int strideOfA = orderOfA == AS_IT_IS ? k : m;
        float beta = add ? 1 : 0;
        try {
            // libtorch's own products on this thread keep all of theirs.
            int before = (int) setThreads.invokeExact(1);
            if (format == Format.FLOAT32) {
                Arguments all = arguments.get();
                all.m.set(ValueLayout.JAVA_INT, 0, n);
                all.n.set(ValueLayout.JAVA_INT, 0, m);
                all.k.set(ValueLayout.JAVA_INT, 0, k);
                all.strideOfA.set(ValueLayout.JAVA_INT, 0, strideOfB);
                all.strideOfB.set(ValueLayout.JAVA_INT, 0, strideOfA);
                all.strideOfC.set(ValueLayout.JAVA_INT, 0, n);
                all.beta.set(ValueLayout.JAVA_FLOAT, 0, beta);
                ofFloats.invokeExact(
                        all.order(orderOfB),
                        all.order(orderOfA),
                        all.m,
                        all.n,
                        all.k,
                        all.one,
                        b,
                        all.strideOfA,
                        a,
                        all.strideOfB,
                        all.beta,
                        c,
                        all.strideOfC);
            } else {
                ofHalves.invokeExact(
                        ROW_MAJOR, orderOfA, orderOfB, m, n, k, 1f, a, strideOfA, b, strideOfB,
                        beta, c, n);
            }
            int own = (int) setThreads.invokeExact(before);
            if (own != 1) throw new IllegalStateException("MKL used " + own + " threads, not one");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native product failed", e);
        }
    }
}
