package dev.rejoinder.lm.grammar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Grammars of JSON replies. */
public final class JsonGrammar {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build();

    private JsonGrammar() {}

    /** Any JSON object. */
    public static Grammar object() {
        Grammar.Builder builder = new Grammar.Builder();
        return builder.build(new JsonText(builder).object);
    }

    /**
     * JSON that satisfies a schema (JSON Schema 2020-12, the keywords that {@link SchemaCompiler}
     * names). Members come in the order of {@code properties}; members that are not named there are
     * only written where {@code additionalProperties} asks for them and nothing is named.
     *
     * @param schema as JSON text
     * @throws UnsupportedSchemaException naming where and why, if it is no JSON or something in it
     *     is not supported: to leave it out would let wrong text through
     */
    public static Grammar matching(String schema) {
        Grammar.Builder builder = new Grammar.Builder();
        return builder.build(new SchemaCompiler(builder, read(schema)).root());
    }

    private static JsonNode read(String schema) {
        try {
            return JSON.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new UnsupportedSchemaException(
                    "", "is not valid JSON: " + e.getOriginalMessage());
        }
    }
}
