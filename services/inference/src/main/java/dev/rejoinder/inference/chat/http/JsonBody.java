package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.Invalid;
import dev.rejoinder.kernel.error.Refusal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Bytes to JSON, strictly: what is not UTF-8 is refused, never replaced. */
final class JsonBody {
    static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    private static final String FIELD = "body";

    private JsonBody() {}

    /**
     * @throws Refusal if it is empty, no UTF-8, no JSON, or no object
     */
    static ObjectNode read(byte[] body) {
        String text = decode(body);
        if (text.isBlank())
            throw Invalid.field(
                    FIELD, "", "a JSON object", "is empty", "send a JSON object with messages");
        try {
            JsonNode tree = MAPPER.readTree(text);
            if (tree instanceof ObjectNode object) return object;
            throw Invalid.field(
                    FIELD,
                    tree.getNodeType(),
                    "a JSON object",
                    "is a JSON " + tree.getNodeType().name().toLowerCase(java.util.Locale.ROOT),
                    "send a JSON object");
        } catch (JsonProcessingException e) {
            throw malformed(e);
        }
    }

    private static Refusal malformed(JsonProcessingException reason) {
        JsonLocation at = reason.getLocation();
        String place =
                at == null
                        ? ""
                        : " at line %d column %d".formatted(at.getLineNr(), at.getColumnNr());
        return Invalid.field(
                FIELD,
                "",
                "a JSON object",
                "is not valid JSON%s: %s"
                        .formatted(place, Invalid.shown(reason.getOriginalMessage())),
                "send one well-formed JSON object");
    }

    private static String decode(byte[] body) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate(body.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isUnderflow()) return out.flip().toString();
        int at = in.position();
        throw Invalid.field(
                FIELD,
                "0x%02X".formatted(body[at] & 0xFF),
                "UTF-8",
                "is not UTF-8: byte 0x%02X at offset %d".formatted(body[at] & 0xFF, at),
                "encode it as UTF-8");
    }
}
