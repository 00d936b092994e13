package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.Invalid;
import dev.rejoinder.kernel.error.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to a JSON object's fields; null stands for absent. A field of another type is
 * refused by name.
 *
 * @param path prefix of the names, such as {@code messages[3].}; empty at the top
 */
record Fields(ObjectNode object, String path) {
    @Nullable JsonNode get(String name) {
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    @Nullable String text(String name) {
        JsonNode node = get(name);
        if (node == null) return null;
        if (node.isTextual()) return node.textValue();
        throw wrongType(name, node, "a string");
    }

    boolean flag(String name) {
        JsonNode node = get(name);
        if (node == null) return false;
        if (node.isBoolean()) return node.booleanValue();
        throw wrongType(name, node, "true or false");
    }

    @Nullable Double number(String name) {
        JsonNode node = get(name);
        if (node == null) return null;
        if (node.isNumber()) return node.doubleValue();
        throw wrongType(name, node, "a number");
    }

    /**
     * @param limit what the field may be, for a number too large for any of them
     */
    @Nullable Integer integer(String name, String limit, String remedy) {
        JsonNode node = get(name);
        if (node == null) return null;
        if (!node.isIntegralNumber()) throw wrongType(name, node, "an integer");
        if (node.canConvertToInt()) return node.intValue();
        throw Invalid.outside(path + name, Invalid.shown(node.asText()), limit, remedy);
    }

    @Nullable Long longInteger(String name) {
        JsonNode node = get(name);
        if (node == null) return null;
        if (!node.isIntegralNumber()) throw wrongType(name, node, "an integer");
        if (node.canConvertToLong()) return node.longValue();
        throw Invalid.outside(
                path + name,
                Invalid.shown(node.asText()),
                "-%d to %d".formatted(Long.MAX_VALUE, Long.MAX_VALUE),
                "send a smaller number");
    }

    Refusal wrongType(String name, JsonNode node, String wanted) {
        String value = Invalid.shown(node.isValueNode() ? node.asText() : node.getNodeType());
        return Invalid.field(
                path + name,
                value,
                wanted,
                "\"%s\" is not %s".formatted(value, wanted),
                "send " + wanted);
    }

    Refusal unsupported(String name, String remedy) {
        return Invalid.field(
                path + name, "set", "unset", "is not supported by this service", remedy);
    }
}
