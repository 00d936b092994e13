package dev.rejoinder.lm.djl;

import ai.djl.engine.Engine;
import dev.rejoinder.lm.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the processor at hand multiplies fast. */
final class Device {
    private static final Path CPU = Path.of("/proc/cpuinfo");

    private Device() {}

    static boolean bfloat16(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> false;
            case BFLOAT16 -> true;
            case AUTO -> onGpu() || cpuHas("avx512_bf16") || cpuHas("amx_bf16");
        };
    }

    /**
     * Whether decode steps and the output head use packed fp16 matrices: x86 CPUs, and never for a
     * model that was asked for in exact float32.
     */
    static boolean packedHalf(Precision precision) {
        return precision != Precision.FLOAT32 && !onGpu() && cpuHas("avx2") && cpuHas("f16c");
    }

    private static boolean onGpu() {
        return Engine.getInstance().getGpuCount() > 0;
    }

    private static boolean cpuHas(String flag) {
        try (var lines = Files.lines(CPU)) {
            return lines.filter(l -> l.startsWith("flags"))
                    .findFirst()
                    .map(l -> (" " + l + " ").contains(" " + flag + " "))
                    .orElse(false);
        } catch (IOException e) {
            return false;
        }
    }
}
