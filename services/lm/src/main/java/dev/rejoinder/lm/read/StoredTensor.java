package dev.rejoinder.lm.read;

import dev.rejoinder.lm.read.dequant.Dequantizer;

/**
 * A tensor as it lies in a file.
 *
 * @param shape row-major: the last dimension is the one whose elements are neighbours
 * @param offset of its first byte in the file
 */
record StoredTensor(MappedFile file, String name, long[] shape, Dequantizer format, long offset) {
    /** Weights decoded at a time: small enough to stay in the cache, large enough to be cheap. */
    private static final int CHUNK = 1 << 14;

    /**
     * @throws UnreadableModelException if the tensor is larger than an array, does not consist of
     *     whole blocks, or does not lie inside its file
     */
    StoredTensor {
        long weights = 1;
        for (long size : shape) {
            if (size < 1 || size > Integer.MAX_VALUE || weights > Integer.MAX_VALUE / size) {
                throw new UnreadableModelException(
                        "%s: tensor %s has an impossible size; fetch the file again"
                                .formatted(file.path(), name));
            }
            weights *= size;
        }
        long row = shape.length == 0 ? 1 : shape[shape.length - 1];
        if (row % format.blockWeights() != 0) {
            throw new UnreadableModelException(
                    "%s: tensor %s has rows of %d, no multiple of the %d of a %s block"
                            .formatted(
                                    file.path(), name, row, format.blockWeights(), format.name()));
        }
        long bytes = weights / format.blockWeights() * format.blockBytes();
        file.requireInside(offset, bytes, "tensor " + name);
    }

    int weights() {
        long weights = 1;
        for (long size : shape) weights *= size;
        return (int) weights;
    }

    /** Sizes of the first dimension; 1 of a single number. */
    int height() {
        return shape.length == 0 ? 1 : (int) shape[0];
    }

    /** Weights of one row: the product of all other dimensions. */
    int width() {
        return weights() / height();
    }

    /** All weights as float32. */
    float[] read() {
        return read(0, height());
    }

    /**
     * Some rows as float32.
     *
     * @throws UnreadableModelException if one of their weights is NaN or infinite
     */
    float[] read(int fromRow, int rows) {
        requireWholeBlocks(fromRow, rows);
        int begin = fromRow * width();
        float[] weights = new float[rows * width()];
        int chunkBlocks = CHUNK / format.blockWeights();
        byte[] chunk = new byte[chunkBlocks * format.blockBytes()];
        long first = offset + (long) begin / format.blockWeights() * format.blockBytes();
        int blocks = weights.length / format.blockWeights();
        for (int block = 0; block < blocks; block += chunkBlocks) {
            int count = Math.min(chunkBlocks, blocks - block);
            long from = first + (long) block * format.blockBytes();
            file.read(from, chunk, count * format.blockBytes());
            int at = block * format.blockWeights();
            format.dequantize(chunk, count, weights, at);
            requireFinite(weights, at, at + count * format.blockWeights(), begin);
        }
        return weights;
    }

    /** Callers read what {@link #height()} says; only rows of one number can cut a block. */
    private void requireWholeBlocks(int fromRow, int rows) {
        if (fromRow < 0 || rows < 0 || rows > height() - fromRow)
            throw new IllegalArgumentException(
                    "rows %d to %d of tensor %s, which has %d"
                            .formatted(fromRow, fromRow + rows, name, height()));
        int block = format.blockWeights();
        if (fromRow * width() % block != 0 || rows * width() % block != 0)
            throw new IllegalArgumentException(
                    "rows %d to %d of tensor %s cut its blocks of %d"
                            .formatted(fromRow, fromRow + rows, name, block));
    }

    /**
     * @param begin which weight of the tensor the first one of the array is
     */
    private void requireFinite(float[] weights, int from, int to, int begin) {
        // x - x is 0 for every number and NaN for NaN and the infinities; sums vectorise.
        float sum = 0;
        for (int i = from; i < to; i++) sum += weights[i] - weights[i];
        if (sum == 0) return;
        for (int i = from; i < to; i++) {
            if (!Float.isFinite(weights[i])) {
                throw new UnreadableModelException(
                        "%s: weight %d of tensor %s is %s; the file is damaged, fetch it again"
                                .formatted(file.path(), begin + i, name, weights[i]));
            }
        }
    }
}
