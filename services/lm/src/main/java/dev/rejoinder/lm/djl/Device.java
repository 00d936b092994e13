package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.VectorDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the processor at hand multiplies fast. */
final class Device {
    private static final Path CPU = Path.of("/proc/cpuinfo");

    private Device() {}

    static boolean bfloat16(Precision precision, boolean gpu) {
        return switch (precision) {
            case FLOAT32 -> false;
            case BFLOAT16 -> true;
            case AUTO, INT8 -> gpu || cpuHas("avx512_bf16") || cpuHas("amx_bf16");
        };
    }

    /**
     * Whether few tokens at a time are read by the JVM's vector units rather than by libtorch: on
     * CPUs, if the JVM was started with their module.
     */
    static boolean vectors(boolean gpu) {
        return !gpu && VectorDecoder.available();
    }

    /** Whether the processor has matrix units for bfloat16, which MKL's products use. */
    static boolean multipliesHalves() {
        return cpuHas("amx_bf16");
    }

    /** What the vector units read weights in. */
    static Format vectorFormat(Precision precision, boolean gpu) {
        if (precision == Precision.INT8) return Format.INT8;
        return bfloat16(precision, gpu) ? Format.BFLOAT16 : Format.FLOAT32;
    }

    /**
     * Whether scores use a packed fp16 output head: x86 CPUs, and never for a model that was asked
     * for in exact float32.
     */
    static boolean packedHalf(Precision precision, boolean gpu) {
        return precision != Precision.FLOAT32 && !gpu && cpuHas("avx2") && cpuHas("f16c");
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
