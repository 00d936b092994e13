package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.score.Pack;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What oneDNN compiles for a number of tokens it keeps for good: numbers must be few. */
class CompiledKernelsTest {
    private static final int SHORTEST = 33;
    private static final int LONGEST = 288;

    /** 308 MiB when each of the 256 lengths had kernels of its own, 19 MiB when 8 share them. */
    private static final long MOST_BYTES = 64L << 20;

    /** glibc's {@code struct mallinfo2}: ten sizes, of which the eighth is what is allocated. */
    private static final MemoryLayout MALLINFO =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));

    private static final long ALLOCATED = 7L * Long.BYTES;

    @Test
    void textsOfEveryLengthTakeNoMoreMemoryThanTextsOfAFew() {
        assumeTrue(LanguageModels.resolve(Precision.AUTO) == Precision.BFLOAT16);
        try (LanguageModel model = TinyModels.load(TinyModels.llama(), Precision.BFLOAT16)) {
            for (int length = LONGEST; length >= SHORTEST; length -= 32) score(model, length);
            long before = allocated();

            for (int length = SHORTEST; length < LONGEST; length++) score(model, length);

            assertThat(allocated() - before).isLessThan(MOST_BYTES);
        }
    }

    private static void score(LanguageModel model, int length) {
        int[] text = GenerationTest.prompt(length - 1, length);
        model.score(List.of(new Pack(text, List.of(new int[] {1}))), null);
    }

    private static long allocated() {
        Linker linker = Linker.nativeLinker();
        var mallinfo = linker.defaultLookup().find("mallinfo2");
        assumeTrue(mallinfo.isPresent(), "this C library counts otherwise");
        var call = linker.downcallHandle(mallinfo.get(), FunctionDescriptor.of(MALLINFO));
        try (Arena arena = Arena.ofConfined()) {
            SegmentAllocator allocator = arena;
            return ((MemorySegment) call.invokeExact(allocator))
                    .get(ValueLayout.JAVA_LONG, ALLOCATED);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("mallinfo2 cannot be called", e);
        }
    }
}
