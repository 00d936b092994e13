package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line in, one a line out, in order.
 *
 * <ul>
 *   <li>A line that cannot be answered becomes {@code {"id"?, "line", "error"}} on the same stream,
 *       and the rest goes on.
 *   <li>A few lines may be under way at once; memory is bounded by that number.
 *   <li>Empty lines are passed over.
 * </ul>
 */
public final class JsonLines {
    private static final int LONGEST_LINE_BYTES = 16 << 20;
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final InputStream in;
    private final PrintWriter out;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private int line;
    private boolean failed;

    /** What a line becomes. */
    @FunctionalInterface
    public interface Answer {
        /**
         * @return the answer, complete or on its way; without the id, which is put before it
         * @throws BadLine if the line is at fault
         */
        CompletableFuture<ObjectNode> to(ObjectNode line);
    }

    private record Pending(int line, @Nullable JsonNode id, CompletableFuture<ObjectNode> answer) {}

    private JsonLines(InputStream in, PrintWriter out) {
        this.in = new BufferedInputStream(in);
        this.out = out;
    }

    /**
     * Answers every line.
     *
     * @param window lines under way at once, at least 1
     * @return 0, or 1 if any line could not be answered
     */
    public static int run(InputStream in, PrintWriter out, int window, Answer answer) {
        JsonLines lines = new JsonLines(in, out);
        lines.run(window, answer);
        return lines.failed ? 1 : 0;
    }

    private void run(int window, Answer answer) {
        try {
            for (Read read = next(); read != null; read = next()) {
                line++;
                if (isBlank(read.bytes())) continue;
                pending.add(begin(read, answer));
                if (pending.size() >= window) write(pending.remove());
            }
        } catch (IOException e) {
            throw new CannotGoOn("the input cannot be read: " + e.getMessage(), e);
        }
        while (!pending.isEmpty()) write(pending.remove());
    }

    private Pending begin(Read read, Answer answer) {
        JsonNode id = null;
        try {
            if (read.isCut())
                throw new BadLine(
                        "the line is longer than %d bytes; split it".formatted(LONGEST_LINE_BYTES));
            ObjectNode object = parse(read.bytes());
            id = object.get("id");
            return new Pending(line, id, answer.to(object));
        } catch (BadLine | Refusal | IllegalArgumentException e) {
            return new Pending(line, id, CompletableFuture.failedFuture(e));
        }
    }

    private static ObjectNode parse(byte[] bytes) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return JSON.readTree(text) instanceof ObjectNode object ? object : notAnObject();
        } catch (CharacterCodingException e) {
            throw new BadLine("the line is not UTF-8");
        } catch (JsonProcessingException e) {
            throw new BadLine("the line is not JSON: " + e.getOriginalMessage());
        }
    }

    private static ObjectNode notAnObject() {
        throw new BadLine("the line is JSON but no object; one object a line is expected");
    }

    private void write(Pending done) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        if (done.id() != null) object.set("id", done.id());
        try {
            object.setAll(done.answer().join());
            if (done.id() != null) object.set("id", done.id());
        } catch (CompletionException e) {
            failed = true;
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (!isTheLinesFault(cause)) throw e;
            object.put("line", done.line()).put("error", cause.getMessage());
        }
        out.println(text(object));
        out.flush();
    }

    private static boolean isTheLinesFault(Throwable cause) {
        return cause instanceof BadLine
                || cause instanceof Refusal
                || cause instanceof IllegalArgumentException;
    }

    private static String text(ObjectNode object) {
        try {
            return new ObjectMapper().writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    /** A line without its end; of one that is too long, the beginning. */
    private record Read(byte[] bytes, boolean isCut) {}

    /** The next line, or null at the end of the input. */
    private @Nullable Read next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean cut = false;
        int b = in.read();
        if (b < 0) return null;
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (bytes.size() < LONGEST_LINE_BYTES) bytes.write(b);
            else cut = true;
        }
        return new Read(bytes.toByteArray(), cut);
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) if (b != ' ' && b != '\t' && b != '\r') return false;
        return true;
    }
}
