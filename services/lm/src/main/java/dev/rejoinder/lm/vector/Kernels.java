package dev.rejoinder.lm.vector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.EnumMap;
import java.util.Map;

/**
 * One kernel a format, all from one source. Each is a hidden class of its own that knows its format
 * as a constant: the compiler then keeps apart what it has learnt of them, and no vector meets a
 * branch on the way into a register. A class shared by two formats was ten times slower.
 */
final class Kernels {
    private static final String MODULE = "jdk.incubator.vector";
    private static final Map<Format, Kernel> KERNELS = new EnumMap<>(Format.class);

    private Kernels() {}

    /** Whether the JVM was started with the vector module. */
    static boolean available() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    static synchronized Kernel of(Format format) {
        return KERNELS.computeIfAbsent(format, Kernels::define);
    }

    private static Kernel define(Format format) {
        try (var in = Kernels.class.getResourceAsStream("TileKernel.class")) {
            if (in == null)
                throw new IllegalStateException("no TileKernel beside " + Kernels.class);
            var lookup = MethodHandles.lookup();
            Class<?> kernel =
                    lookup.defineHiddenClassWithClassData(in.readAllBytes(), format, true)
                            .lookupClass();
            return (Kernel) kernel.getDeclaredConstructor().newInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot define a kernel for " + format, e);
        }
    }
}
