package dev.rejoinder.bench.soak;

import dev.rejoinder.bench.ProcessMemory;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Optional;

/**
 * What the process takes while it does nothing: all anonymous memory but the Java heap.
 *
 * <ul>
 *   <li>Dead objects are collected first, because some of them own native memory that goes with
 *       them (direct buffers).
 *   <li>Then glibc gives free pages back to the system ({@code malloc_trim}): what was freed is no
 *       leak, however long the allocator keeps it for the next request. What was never freed stays
 *       counted.
 *   <li>Mapped files do not count: the system drops and reads them as it likes.
 * </ul>
 */
public final class RestingMemory {
    /**
     * The first collection finds dead buffers; their memory is freed by another thread after it.
     */
    private static final int COLLECTIONS = 2;

    private static final long PAUSE_MILLIS = 200;
    private static final Optional<MethodHandle> TRIM = trim();

    private final long heapBytes;
    private final MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();

    /**
     * @param heapBytes what the {@linkplain FixedHeap fixed heap} takes
     */
    public RestingMemory(long heapBytes) {
        this.heapBytes = heapBytes;
    }

    /** Another C library than glibc has no such call, and keeps less back. */
    private static Optional<MethodHandle> trim() {
        Linker linker = Linker.nativeLinker();
        var descriptor = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
        return linker.defaultLookup()
                .find("malloc_trim")
                .map(address -> linker.downcallHandle(address, descriptor));
    }

    /** Collects and trims; takes about half a second. */
    public void settle() {
        try {
            for (int i = 0; i < COLLECTIONS; i++) {
                System.gc();
                Thread.sleep(PAUSE_MILLIS);
            }
            if (TRIM.isPresent()) {
                int ignored = (int) TRIM.get().invokeExact(0L);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("malloc_trim cannot be called", e);
        }
    }

    /** All but the heap. */
    public long nativeBytes() {
        return ProcessMemory.anonymousBytes() - heapBytes;
    }

    /** Of that, what the JVM uses for compiled code and classes. */
    public long jvmBytes() {
        return jvm.getNonHeapMemoryUsage().getUsed();
    }

    /** Live objects, just after {@link #settle}. */
    public long liveHeapBytes() {
        return jvm.getHeapMemoryUsage().getUsed();
    }
}
