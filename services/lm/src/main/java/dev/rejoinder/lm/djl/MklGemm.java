package dev.rejoinder.lm.djl;

import ai.djl.pytorch.jni.LibUtils;
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
 * The bfloat16 product of the MKL that libtorch for x86 carries. It uses a processor's AMX units;
 * on processors without them it is correct and slow.
 */
final class MklGemm implements Gemm {
    private static final String LIBRARY = "libtorch_cpu.so";
    private static final int ROW_MAJOR = 101;
    private static final int AS_IT_IS = 111;
    private static final int TRANSPOSED = 112;

    private final MethodHandle gemm;
    private final MethodHandle setThreads;

    private MklGemm(MethodHandle gemm, MethodHandle setThreads) {
        this.gemm = gemm;
        this.setThreads = setThreads;
    }

    /** After libtorch is loaded; null if it was built without MKL. */
    static @Nullable MklGemm find() {
        Path library = Path.of(LibUtils.getLibtorchPath()).resolve(LIBRARY);
        if (!Files.exists(library)) return null;
        var symbols = SymbolLookup.libraryLookup(library, Arena.global());
        var gemm = symbols.find("cblas_gemm_bf16bf16f32");
        var setThreads = symbols.find("MKL_Set_Num_Threads_Local");
        if (gemm.isEmpty() || setThreads.isEmpty()) return null;
        var linker = Linker.nativeLinker();
        var i = ValueLayout.JAVA_INT;
        var f = ValueLayout.JAVA_FLOAT;
        var p = ValueLayout.ADDRESS;
        return new MklGemm(
                linker.downcallHandle(
                        gemm.get(),
                        FunctionDescriptor.ofVoid(i, i, i, i, i, i, f, p, i, p, i, f, p, i)),
                linker.downcallHandle(setThreads.get(), FunctionDescriptor.of(i, i)));
    }

    @Override
    public void times(
            MemorySegment x, int rows, MemorySegment w, int outputs, int width, MemorySegment y) {
        call(TRANSPOSED, rows, outputs, width, x, w, width, 0, y);
    }

    @Override
    public void addBack(
            MemorySegment p, int rows, MemorySegment w, int outputs, int width, MemorySegment y) {
        call(AS_IT_IS, rows, width, outputs, p, w, width, 1, y);
    }

    /** {@code c = a b + beta c}, a of {@code [m, k]}, c of {@code [m, n]}. */
    private void call(
            int order,
            int m,
            int n,
            int k,
            MemorySegment a,
            MemorySegment b,
            int stride,
            float beta,
            MemorySegment c) {
        try {
            // libtorch's own products on this thread keep all of theirs.
            int before = (int) setThreads.invokeExact(1);
            gemm.invokeExact(ROW_MAJOR, AS_IT_IS, order, m, n, k, 1f, a, k, b, stride, beta, c, n);
            int own = (int) setThreads.invokeExact(before);
            if (own != 1) throw new IllegalStateException("MKL used " + own + " threads, not one");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("native call of cblas_gemm_bf16bf16f32 failed", e);
        }
    }
}
