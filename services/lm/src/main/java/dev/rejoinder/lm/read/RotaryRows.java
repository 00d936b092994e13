package dev.rejoinder.lm.read;

/**
 * llama.cpp rotates neighbouring elements of a head, Hugging Face elements half a head apart; so
 * the conversion to GGUF reorders the rows of q and k within each head, for the architecture {@code
 * llama} alone.
 */
final class RotaryRows {
    private RotaryRows() {}

    /**
     * Puts rows back: row {@code 2i + j} of a head in the file becomes row {@code j * headSize / 2
     * + i}.
     *
     * @param weights {@code [heads * headSize, columns]}, row-major
     */
    static float[] restore(float[] weights, int headSize, int columns) {
        float[] restored = new float[weights.length];
        int rows = weights.length / columns;
        int half = headSize / 2;
        for (int row = 0; row < rows; row++) {
            int head = row / headSize;
            int inHead = row % headSize;
            int to = head * headSize + inHead % 2 * half + inHead / 2;
            System.arraycopy(weights, row * columns, restored, to * columns, columns);
        }
        return restored;
    }
}
