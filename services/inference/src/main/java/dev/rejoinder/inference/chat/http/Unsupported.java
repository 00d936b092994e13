package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Fields of OpenAI's API that would change what is answered and that this service does not honour.
 * To ignore them would be to answer something else than was asked.
 */
final class Unsupported {
    private static final List<String> WHOLLY =
            List.of("tools", "functions", "function_call", "audio", "web_search_options");

    private Unsupported() {}

    static void check(Fields fields) {
        for (String name : WHOLLY) {
            JsonNode value = fields.get(name);
            if (value != null && !(value.isContainerNode() && value.isEmpty()))
                throw fields.unsupported(name, "leave it out");
        }
        checkToolChoice(fields);
        checkModalities(fields);
    }

    private static void checkToolChoice(Fields fields) {
        JsonNode choice = fields.get("tool_choice");
        boolean none =
                choice == null || "none".equals(choice.asText()) || "auto".equals(choice.asText());
        if (!none) throw fields.unsupported("tool_choice", "leave it out");
    }

    private static void checkModalities(Fields fields) {
        JsonNode modalities = fields.get("modalities");
        if (modalities == null) return;
        for (JsonNode modality : modalities)
            if (!"text".equals(modality.asText()))
                throw fields.unsupported("modalities", "ask for [\"text\"]");
    }
}
