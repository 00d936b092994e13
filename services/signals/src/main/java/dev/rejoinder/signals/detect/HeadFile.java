package dev.rejoinder.signals.detect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A head as bytes: the magic {@code RJHEAD01}, the length of a JSON header (32 bits, big-endian),
 * the header, then every output's weights as float16, big-endian, in the header's order. A weight's
 * scale is divided out per output, because float16 has few exponents.
 */
public final class HeadFile {
    private static final byte[] MAGIC = {'R', 'J', 'H', 'E', 'A', 'D', '0', '1'};
    private static final int MAX_HEADER_BYTES = 1 << 20;
    private static final int MAX_FEATURES = 1 << 17;
    private static final ObjectMapper JSON = new ObjectMapper();

    private HeadFile() {}

    public static void write(Head head, OutputStream target) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        header.put("name", head.name());
        header.put("baseDigest", head.baseDigest());
        header.put("hidden", head.hidden());
        head.layers().forEach(header.putArray("layers")::add);
        header.put("features", head.outputs().getFirst().weights().length);
        ArrayNode outputs = header.putArray("outputs");
        for (Head.Output o : head.outputs()) writeOutput(o, outputs.addObject());
        byte[] bytes = JSON.writeValueAsBytes(header);
        DataOutputStream out = new DataOutputStream(target);
        out.write(MAGIC);
        out.writeInt(bytes.length);
        out.write(bytes);
        for (Head.Output o : head.outputs()) {
            float scale = scale(o.weights());
            for (float w : o.weights()) out.writeShort(Float.floatToFloat16(w / scale));
        }
        out.flush();
    }

    private static void writeOutput(Head.Output output, ObjectNode node) {
        node.put("label", output.label());
        node.put("bias", output.bias());
        node.put("scale", scale(output.weights()));
        ArrayNode curve = node.putArray("curve");
        for (Head.Point p : output.curve())
            curve.addArray().add(p.threshold()).add(p.precision()).add(p.recall()).add(p.absence());
    }

    private static float scale(float[] weights) {
        float largest = Float.MIN_NORMAL;
        for (float w : weights) largest = Math.max(largest, Math.abs(w));
        return largest;
    }

    /**
     * @throws IOException if the bytes are no head, cut off, or hold more than any head would
     */
    public static Head read(InputStream source) throws IOException {
        DataInputStream in = new DataInputStream(source);
        if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC))
            throw new IOException("the file is no head: it does not begin with RJHEAD01");
        JsonNode header = JSON.readTree(in.readNBytes(within(in.readInt(), MAX_HEADER_BYTES)));
        int features = within(header.path("features").asInt(), MAX_FEATURES);
        List<Integer> layers = new ArrayList<>();
        header.path("layers").forEach(l -> layers.add(l.asInt()));
        List<Head.Output> outputs = new ArrayList<>();
        for (JsonNode o : header.path("outputs")) outputs.add(readOutput(in, o, features));
        return new Head(
                header.path("name").asText(),
                header.path("baseDigest").asText(),
                header.path("hidden").asInt(),
                layers,
                outputs);
    }

    private static Head.Output readOutput(DataInputStream in, JsonNode node, int features)
            throws IOException {
        float scale = (float) node.path("scale").asDouble();
        float[] weights = new float[features];
        for (int i = 0; i < features; i++)
            weights[i] = Float.float16ToFloat(in.readShort()) * scale;
        List<Head.Point> curve = new ArrayList<>();
        for (JsonNode p : node.path("curve"))
            curve.add(
                    new Head.Point(
                            p.get(0).asDouble(),
                            p.get(1).asDouble(),
                            p.get(2).asDouble(),
                            p.get(3).asDouble()));
        return new Head.Output(
                node.path("label").asText(), weights, node.path("bias").asDouble(), curve);
    }

    private static int within(int size, int limit) throws IOException {
        if (size < 1 || size > limit)
            throw new IOException("a size of " + size + " in the head is outside 1 to " + limit);
        return size;
    }
}
