package dev.rejoinder.lm.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory outside the heap that grows; what it gave out before is void then. Not thread-safe. */
final class NativeBuffer implements AutoCloseable {
    private static final long CACHE_LINE = 64;

    private Arena arena = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;

    /** At least so many bytes of whatever, without a scope to check at every access. */
    MemorySegment of(long bytes) {
        if (memory.byteSize() < bytes) {
            arena.close();
            arena = Arena.ofShared();
            memory = MemorySegment.NULL;
            long room = bytes + bytes / 4;
            long address = arena.allocate(room, CACHE_LINE).address();
            memory = MemorySegment.ofAddress(address).reinterpret(room);
        }
        return memory;
    }

    @Override
    public void close() {
        arena.close();
    }
}
