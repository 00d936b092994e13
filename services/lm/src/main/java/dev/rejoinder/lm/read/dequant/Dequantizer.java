package dev.rejoinder.lm.read.dequant;

/**
 * Turns weights as they lie in a file into float32. Weights come in blocks: {@link #blockWeights}
 * of them in {@link #blockBytes} little-endian bytes; a plain number is a block of one.
 */
public interface Dequantizer {
    /** As the file format calls it, such as {@code Q4_1}. */
    String name();

    int blockWeights();

    int blockBytes();

    /**
     * Decodes whole blocks.
     *
     * @param source holds {@code blocks * blockBytes()} bytes from its start
     * @param target receives {@code blocks * blockWeights()} weights from {@code at} on
     */
    void dequantize(byte[] source, int blocks, float[] target, int at);
}
