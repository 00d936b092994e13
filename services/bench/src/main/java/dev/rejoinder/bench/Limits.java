package dev.rejoinder.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What this machine can do at most, by the same libtorch: float32 matrix products, and reading
 * memory.
 *
 * @param sgemmSeconds of one product of 2048 x 2048 matrices
 * @param readSeconds of summing 256 MiB once
 */
record Limits(Timing sgemmSeconds, Timing readSeconds) {
    private static final int SIDE = 2048;
    private static final int FLOATS = 64 << 20;
    private static final int REPEATS = 7;

    static Limits measure() {
        try (NDManager manager = NDManager.newBaseManager()) {
            var x = manager.randomNormal(new Shape(SIDE, SIDE));
            Timing sgemm =
                    Timing.of(
                            REPEATS,
                            () -> {
                                try (var y = x.matMul(x)) {
                                    y.getFloat(0, 0);
                                }
                            });
            var memory = manager.ones(new Shape(FLOATS));
            Timing read =
                    Timing.of(
                            REPEATS,
                            () -> {
                                try (var sum = memory.sum()) {
                                    sum.getFloat();
                                }
                            });
            return new Limits(sgemm, read);
        }
    }

    double sgemm() {
        return 2.0 * SIDE * SIDE * SIDE / sgemmSeconds.median();
    }

    double bandwidth() {
        return (double) FLOATS * Float.BYTES / readSeconds.median();
    }

    Figure sgemmFigure() {
        return Figure.rate("sgemm 2048", "GFLOP/s", 2e-9 * SIDE * SIDE * SIDE, sgemmSeconds);
    }

    Figure bandwidthFigure() {
        return Figure.rate("memory read", "GB/s", 1e-9 * FLOATS * Float.BYTES, readSeconds);
    }
}
