package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.PagedCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * The decoder as TorchScript, with the model's shape as constants: one native call for a whole
 * pass. Families differ in three places only: biases of q, k and v (Qwen2), norms of q and k
 * (Qwen3), a sliding window (Mistral).
 *
 * <p>Two variants of what follows the last layer: {@code plain} multiplies by an ordinary tensor;
 * {@code half} multiplies float32 activations by a packed fp16 matrix (FBGEMM) and gives float32.
 */
final class DecoderSource {
    static final String TYPE = "Decoder";

    /** libtorch's numbers of types. */
    static final int FLOAT32 = 6;

    static final int BFLOAT16 = 15;
    private static final String PACKED = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

    /** {@code LINEAR(x, matrix, bias)} at the end of a line, as the templates write it. */
    private static final String LINEAR = "LINEAR\\(([^,()]+), ([^,]+), ([^,()\\n]+)\\)\\n";

    private static final String PLAIN_LINEAR = "torch.linear(torch.to($1, \\$DTYPE), $2, $3)\n";

    /** A head may be wider than the other matrices. */
    private static final String HEAD_LINEAR = "torch.linear(torch.to($1, $2.dtype), $2, $3)\n";

    private static final String HALF_LINEAR = "ops.quantized.linear_dynamic_fp16($1, $2)\n";

    private static final String QUERY_KEY = "torch.slice(z, 2, 0, $QK)";
    private static final String NORMED_QUERY_KEY =
            "torch.cat([torch.rms_norm(torch.slice(z, 2, 0, $QUERIES), [$HEADSIZE], norms[o + 2],"
                    + " $EPSILON), torch.rms_norm(torch.slice(z, 2, $QUERIES, $QK), [$HEADSIZE],"
                    + " norms[o + 3], $EPSILON)], 2)";

    private DecoderSource() {}

    /** How the mask of a pass comes about. */
    enum Mask {
        /** Every row starts at position 0 and sees what stands before; padding on the right. */
        CAUSAL,
        /** A token is seen by those after it, up to its last descendant. */
        TREE,
        /** Cached keys up to each token's own position. */
        CACHED
    }

    /** libtorch's number of a type. */
    static int dtype(Format format) {
        return switch (format) {
            case FLOAT32 -> FLOAT32;
            case BFLOAT16 -> BFLOAT16;
            case INT8 -> throw new IllegalArgumentException("libtorch has no weights in bytes");
        };
    }

    /**
     * @param half whether the methods on a packed fp16 head are wanted (x86 only)
     */
    static String of(ModelConfig config, boolean bfloat16, boolean half) {
        var code = new StringBuilder(template("decoder"));
        code.append(template("run").replaceAll(LINEAR, PLAIN_LINEAR));
        String head = template("head");
        code.append(
                head.replaceAll(LINEAR, HEAD_LINEAR)
                        .replace("$VARIANT", "plain")
                        .replace("$MATRIX", "Tensor"));
        code.append(template("draw"));
        if (half)
            code.append(template("pack"))
                    .append(
                            head.replaceAll(LINEAR, HALF_LINEAR)
                                    .replace("$VARIANT", "half")
                                    .replace("$MATRIX", "$PACKED"));
        String queryKey = config.queryKeyNorm() ? NORMED_QUERY_KEY : QUERY_KEY;
        return withConstants(
                code.toString().replace("$SPLIT", queryKey),
                constants(config, bfloat16 ? BFLOAT16 : FLOAT32));
    }

    private static String template(String name) {
        try (var in = DecoderSource.class.getResourceAsStream(name + ".torchscript")) {
            if (in == null) throw new IllegalStateException("no template " + name + " in the jar");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Longer names first: one may begin with another. */
    private static String withConstants(String code, Map<String, Object> constants) {
        String result = code;
        Comparator<String> longestFirst = Comparator.comparingInt(String::length).reversed();
        for (String name : constants.keySet().stream().sorted(longestFirst).toList())
            result = result.replace("$" + name, constants.get(name).toString());
        return result;
    }

    private static Map<String, Object> constants(ModelConfig c, int dtype) {
        int queryKey = c.heads() + c.keyValueHeads();
        Map<String, Object> constants = new HashMap<>();
        constants.put("PACKED", PACKED);
        constants.put("BLOCK", PagedCache.BLOCK);
        constants.put("DTYPE", dtype);
        constants.put("LAYERS", c.layers());
        constants.put("HIDDEN", c.hidden());
        constants.put("INTERMEDIATE", c.intermediate());
        constants.put("HEADSIZE", c.headSize());
        constants.put("HALFHEAD", c.headSize() / 2);
        constants.put("QUERIES", c.heads());
        constants.put("KEYS", c.keyValueHeads());
        constants.put("QK", queryKey);
        constants.put("ALLHEADS", queryKey + c.keyValueHeads());
        constants.put("GROUP", c.heads() / c.keyValueHeads());
        constants.put("ATTENTION", c.heads() * c.headSize());
        constants.put("WINDOW", c.slidingWindow());
        constants.put("EPSILON", c.normEpsilon());
        constants.put("NORMS", c.queryKeyNorm() ? 4 : 2);
        constants.put("BIAS", c.attentionBias() ? "biases[i]" : "None");
        return constants;
    }
}
