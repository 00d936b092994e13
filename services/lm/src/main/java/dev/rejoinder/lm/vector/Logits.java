package dev.rejoinder.lm.vector;

import java.util.Arrays;

/** What a pass says of its selected tokens' successors; overwritten by the next pass. */
public final class Logits {
    private final float[] values;
    private final int width;
    private final float[] logSums;

    Logits(float[] values, int width, float[] logSums) {
        this.values = values;
        this.width = width;
        this.logSums = logSums;
    }

    /** Of one row and token. */
    public float at(int row, int token) {
        return values[row * width + token];
    }

    /** The logarithm of a row's summed exponentials; not finite if any of its logits is not. */
    public float logSum(int row) {
        return logSums[row];
    }

    /** A row's likeliest token, the first of equals. */
    public int argmax(int row) {
        int from = row * width;
        float most = Softmax.max(values, from, from + width);
        int at = from;
        while (at < from + width - 1 && values[at] != most) at++;
        return at - from;
    }

    /** A copy of a row. */
    public float[] row(int row) {
        return Arrays.copyOfRange(values, row * width, (row + 1) * width);
    }

    /** A row's probabilities at a temperature, up to a common factor. */
    public float[] weights(int row, float temperature) {
        float[] result = row(row);
        float most = Softmax.max(result, 0, width);
        Softmax.exponentials(result, 0, width, most, 1 / temperature);
        return result;
    }
}
