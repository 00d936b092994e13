package dev.rejoinder.lm.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import dev.rejoinder.lm.ComputeDevice;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The device that was asked for, among those that libtorch sees. */
final class Placement {
    private Placement() {}

    /**
     * Native thread only.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    static Device of(ComputeDevice wanted) {
        return of(wanted, Engine.getInstance().getGpuCount());
    }

    static Device of(ComputeDevice wanted, int gpus) {
        return switch (wanted) {
            case ComputeDevice.Auto _ -> gpus > 0 ? Device.gpu(0) : Device.cpu();
            case ComputeDevice.Cpu _ -> Device.cpu();
            case ComputeDevice.Gpu gpu when gpu.index() < gpus -> Device.gpu(gpu.index());
            case ComputeDevice.Gpu gpu ->
                    throw new IllegalArgumentException(
                            "%s is not there: libtorch sees %s; choose one of these, or %s"
                                    .formatted(gpu, seen(gpus), remedy(gpus)));
        };
    }

    private static String seen(int gpus) {
        return Stream.concat(Stream.of("cpu"), IntStream.range(0, gpus).mapToObj(i -> "gpu:" + i))
                .collect(Collectors.joining(", "));
    }

    private static String remedy(int gpus) {
        return gpus > 0
                ? "let the process see more GPUs (CUDA_VISIBLE_DEVICES)"
                : "start with a GPU's driver and a libtorch for CUDA (PYTORCH_LIBRARY_PATH, PYTORCH_VERSION=2.7.1, PYTORCH_FLAVOR=cu128)";
    }
}
