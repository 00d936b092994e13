package dev.rejoinder.lm;

import java.util.Locale;

/** Where a model is held and computed. */
public sealed interface ComputeDevice {
    /** The first GPU where libtorch sees one, else the CPU. */
    record Auto() implements ComputeDevice {
        @Override
        public String toString() {
            return "auto";
        }
    }

    record Cpu() implements ComputeDevice {
        @Override
        public String toString() {
            return "cpu";
        }
    }

    /**
     * One GPU of those that the process sees.
     *
     * @param index from 0
     */
    record Gpu(int index) implements ComputeDevice {
        public Gpu {
            if (index < 0)
                throw new IllegalArgumentException("gpu:" + index + " is below gpu:0, the first");
        }

        @Override
        public String toString() {
            return "gpu:" + index;
        }
    }

    /**
     * @param name {@code auto}, {@code cpu}, {@code gpu} (the first) or {@code gpu:N}
     * @throws IllegalArgumentException if it is none of these
     */
    static ComputeDevice of(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        if (wanted.matches("gpu:\\d{1,3}"))
            return new Gpu(Integer.parseInt(wanted.substring("gpu:".length())));
        return switch (wanted) {
            case "auto" -> new Auto();
            case "cpu" -> new Cpu();
            case "gpu" -> new Gpu(0);
            default ->
                    throw new IllegalArgumentException(
                            "\"%s\" is none of auto, cpu, gpu, gpu:N".formatted(name));
        };
    }
}
