package dev.rejoinder.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * What this machine can do at most, by the same libtorch on all cores: matrix products in float32,
 * and reading memory.
 *
 * @param sgemmSeconds of one float32 product of 2048 x 2048 matrices
 * @param readSeconds of summing 256 MiB once
 */
public record Limits(Timing sgemmSeconds, Timing readSeconds) {
    private static final int SIDE = 2048;
    private static final int FLOATS = 64 << 20;
    private static final int REPEATS = 7;

    static Limits measure() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.randomNormal(new Shape(SIDE, SIDE));
            Timing sgemm = product(x);
            NDArray memory = manager.ones(new Shape(FLOATS));
            Timing read =
                    Timing.of(
                            REPEATS,
                            () -> {
                                try (NDArray sum = memory.sum()) {
                                    sum.getFloat();
                                }
                            });
            return new Limits(sgemm, read);
        }
    }

    private static Timing product(NDArray x) {
        return Timing.of(
                REPEATS,
                () -> {
                    try (NDArray y = x.matMul(x)) {
                        y.getFloat(0, 0);
                    }
                });
    }

    /** Operations a second. */
    double sgemm() {
        return 2.0 * SIDE * SIDE * SIDE / sgemmSeconds.median();
    }

    /** Bytes a second. */
    double bandwidth() {
        return (double) FLOATS * Float.BYTES / readSeconds.median();
    }

    List<Figure> figures() {
        double billions = 2e-9 * SIDE * SIDE * SIDE;
        return List.of(
                Figure.rate("sgemm 2048", "GFLOP/s", billions, sgemmSeconds),
                Figure.rate("memory read", "GB/s", 1e-9 * FLOATS * Float.BYTES, readSeconds));
    }
}
