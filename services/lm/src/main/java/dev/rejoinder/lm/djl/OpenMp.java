package dev.rejoinder.lm.djl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Lets libtorch's workers sleep soon while they wait for each other. By default they spin, which a
 * machine of their own rewards and a shared one punishes: beside a broker and a database on two
 * cores a step of 12 ms took 700, because each of its hundreds of parallel sections waited for a
 * worker that had lost its core to a spinning one. Not to spin at all costs a third to a half of
 * every pass, as a sleeping worker is late by some 50 microseconds at every section.
 */
final class OpenMp {
    private static final String POLICY = "OMP_WAIT_POLICY";
    private static final String SPINS = "GOMP_SPINCOUNT";

    /** A third of a millisecond. */
    private static final String FEW_SPINS = "5000";

    private OpenMp() {}

    /** Before libtorch is loaded; an environment that names a policy of its own keeps it. */
    static void sleepSoonWhileWaiting() {
        if (System.getenv(POLICY) != null || System.getenv(SPINS) != null) return;
        Linker linker = Linker.nativeLinker();
        var address = linker.defaultLookup().find("setenv");
        if (address.isEmpty()) return;
        var setenv =
                linker.downcallHandle(
                        address.get(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(SPINS);
            MemorySegment value = arena.allocateFrom(FEW_SPINS);
            int failed = (int) setenv.invokeExact(name, value, 1);
            if (failed != 0) throw new IllegalStateException("setenv refused " + SPINS);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cannot set " + SPINS, e);
        }
    }
}
