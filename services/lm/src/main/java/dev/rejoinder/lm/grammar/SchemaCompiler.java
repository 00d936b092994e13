package dev.rejoinder.lm.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A JSON schema as rules. What is written satisfies the schema; not all that satisfies it can be
 * written, such as members in another order. Keywords that only describe are skipped; those that
 * would forbid text that the rules allow are refused.
 */
final class SchemaCompiler {
    private static final Set<String> DESCRIBING =
            Set.of(
                    "$schema",
                    "$id",
                    "$comment",
                    "$defs",
                    "definitions",
                    "title",
                    "description",
                    "default",
                    "examples",
                    "deprecated",
                    "readOnly",
                    "writeOnly");
    private static final Set<String> UNDERSTOOD =
            Set.of(
                    "type",
                    "enum",
                    "const",
                    "anyOf",
                    "oneOf",
                    "allOf",
                    "$ref",
                    "properties",
                    "required",
                    "additionalProperties",
                    "items",
                    "minItems",
                    "maxItems",
                    "minLength",
                    "maxLength");
    private static final int MOST_NODES = 2000;
    private static final int MOST_TIMES = 1000;

    private final Grammar.Builder g;
    private final JsonText json;
    private final JsonNode document;
    private final Map<String, Symbol.Reference> references = new HashMap<>();
    private int nodes;

    SchemaCompiler(Grammar.Builder g, JsonNode document) {
        this.g = g;
        this.json = new JsonText(g);
        this.document = document;
    }

    Symbol root() {
        return referenced("#", "");
    }

    private Symbol compile(JsonNode schema, String path) {
        if (++nodes > MOST_NODES)
            throw new UnsupportedSchemaException(
                    "", "has more than %d parts; split it".formatted(MOST_NODES));
        if (schema.isBoolean() && schema.booleanValue()) return json.value();
        if (!schema.isObject())
            throw new UnsupportedSchemaException(path, "is no object; send a JSON schema");
        refuseOthers(schema, path);
        if (schema.has("$ref")) return alone(schema, path, "$ref", this::reference);
        if (schema.has("const")) return literal(schema.get("const"));
        if (schema.has("enum")) return enumeration(schema.get("enum"), path + "/enum");
        for (String choice : List.of("anyOf", "oneOf", "allOf"))
            if (schema.has(choice)) return alone(schema, path, choice, this::choice);
        return typed(schema, path);
    }

    private static void refuseOthers(JsonNode schema, String path) {
        schema.fieldNames()
                .forEachRemaining(keyword -> {
                    if (!DESCRIBING.contains(keyword) && !UNDERSTOOD.contains(keyword))
                        throw new UnsupportedSchemaException(
                                path,
                                "has \"%s\", which is not supported; leave it out"
                                        .formatted(keyword));
                });
    }

    private interface Part {
        Symbol compile(JsonNode node, String path);
    }

    /** For keywords beside which no other is honoured. */
    private Symbol alone(JsonNode schema, String path, String keyword, Part part) {
        schema.fieldNames()
                .forEachRemaining(other -> {
                    if (!other.equals(keyword) && !DESCRIBING.contains(other))
                        throw new UnsupportedSchemaException(
                                path,
                                "has \"%s\" beside \"%s\", which is not supported; keep one"
                                        .formatted(other, keyword));
                });
        return part.compile(schema.get(keyword), path + "/" + keyword);
    }

    private Symbol reference(JsonNode reference, String path) {
        return referenced(reference.asText(), path);
    }

    private Symbol referenced(String pointer, String path) {
        Symbol.Reference known = references.get(pointer);
        if (known != null) return known;
        JsonNode target =
                pointer.equals("#")
                        ? document
                        : pointer.startsWith("#/") ? document.at(pointer.substring(1)) : null;
        if (target == null || target.isMissingNode())
            throw new UnsupportedSchemaException(
                    path,
                    "refers to \"%s\", which is not in it; use #/$defs/NAME".formatted(pointer));
        Symbol.Reference rule = g.declare();
        references.put(pointer, rule);
        g.define(rule, compile(target, pointer.substring(1)));
        return rule;
    }

    private Symbol choice(JsonNode choices, String path) {
        List<Symbol> compiled = new ArrayList<>();
        for (JsonNode choice : list(choices, path))
            compiled.add(compile(choice, path + "/" + compiled.size()));
        if (path.endsWith("/allOf") && compiled.size() > 1)
            throw new UnsupportedSchemaException(
                    path, "has several parts, which is not supported; join them into one");
        return g.either(compiled);
    }

    private Symbol enumeration(JsonNode values, String path) {
        return g.either(
                StreamSupport.stream(list(values, path).spliterator(), false)
                        .map(this::literal)
                        .toList());
    }

    private static JsonNode list(JsonNode node, String path) {
        if (!node.isArray() || node.isEmpty())
            throw new UnsupportedSchemaException(path, "is no list of at least one item");
        return node;
    }

    private Symbol literal(JsonNode value) {
        return g.text(value.toString());
    }

    private Symbol typed(JsonNode schema, String path) {
        JsonNode type = schema.get("type");
        if (type == null) return untyped(schema, path);
        if (!type.isArray()) return ofType(type.asText(), schema, path);
        List<Symbol> kinds = new ArrayList<>();
        for (JsonNode one : list(type, path + "/type"))
            kinds.add(ofType(one.asText(), schema, path));
        return g.either(kinds);
    }

    private Symbol untyped(JsonNode schema, String path) {
        if (schema.has("properties") || schema.has("required")) return object(schema, path);
        if (schema.has("items")) return array(schema, path);
        for (String keyword :
                List.of("minItems", "maxItems", "minLength", "maxLength", "additionalProperties"))
            if (schema.has(keyword))
                throw new UnsupportedSchemaException(
                        path, "has \"%s\" and no type; add one".formatted(keyword));
        return json.value();
    }

    private Symbol ofType(String type, JsonNode schema, String path) {
        return switch (type) {
            case "object" -> object(schema, path);
            case "array" -> array(schema, path);
            case "string" -> string(schema, path);
            case "number" -> json.number;
            case "integer" -> json.integer;
            case "boolean" -> g.either(g.text("true"), g.text("false"));
            case "null" -> g.text("null");
            default ->
                    throw new UnsupportedSchemaException(
                            path + "/type",
                            "is \"%s\"; use object, array, string, number, integer, boolean or null"
                                    .formatted(type));
        };
    }

    private Symbol string(JsonNode schema, String path) {
        if (!schema.has("minLength") && !schema.has("maxLength")) return json.string;
        return json.quoted(times(json.character, schema, path, "Length"));
    }

    private Symbol times(Symbol symbol, JsonNode schema, String path, String what) {
        int least = bound(schema, path, "min" + what, 0);
        if (!schema.has("max" + what)) {
            Symbol first = g.times(symbol, least, least);
            return g.sequence(first, g.many(symbol));
        }
        int most = bound(schema, path, "max" + what, 0);
        if (most < least)
            throw new UnsupportedSchemaException(
                    path,
                    "has a min%s of %d above its max%s of %d".formatted(what, least, what, most));
        return g.times(symbol, least, most);
    }

    private static int bound(JsonNode schema, String path, String keyword, int standard) {
        JsonNode node = schema.get(keyword);
        if (node == null) return standard;
        if (!node.canConvertToInt() || node.intValue() < 0 || node.intValue() > MOST_TIMES)
            throw new UnsupportedSchemaException(
                    path + "/" + keyword, "is %s; use 0 to %d".formatted(node, MOST_TIMES));
        return node.intValue();
    }

    private Symbol array(JsonNode schema, String path) {
        JsonNode items = schema.get("items");
        Symbol item = items == null ? json.value() : compile(items, path + "/items");
        int least = bound(schema, path, "minItems", 0);
        int most = bound(schema, path, "maxItems", MOST_TIMES);
        if (most < least)
            throw new UnsupportedSchemaException(
                    path, "has a minItems of %d above its maxItems of %d".formatted(least, most));
        Symbol more = g.sequence(g.text(","), json.space, item);
        List<Symbol> choices = new ArrayList<>();
        if (least == 0) choices.add(g.text("[]"));
        if (most > 0) {
            Symbol rest =
                    schema.has("maxItems")
                            ? g.times(more, Math.max(0, least - 1), most - 1)
                            : g.sequence(
                                    g.times(more, Math.max(0, least - 1), Math.max(0, least - 1)),
                                    g.many(more));
            choices.add(g.sequence(g.text("["), json.space, item, rest, json.space, g.text("]")));
        }
        return g.either(choices);
    }

    private Symbol object(JsonNode schema, String path) {
        Map<String, Symbol> members = members(schema, path);
        Set<String> required = required(schema, path);
        JsonNode others = schema.get("additionalProperties");
        boolean closed = others != null && others.isBoolean() && !others.booleanValue();
        for (String name : required)
            if (!members.containsKey(name)) {
                if (closed)
                    throw new UnsupportedSchemaException(
                            path,
                            "requires \"%s\", which is no property of it; add it".formatted(name));
                members.put(
                        name,
                        others == null
                                ? json.value()
                                : compile(others, path + "/additionalProperties"));
            }
        if (!members.isEmpty()) return record(members, required);
        if (closed) return g.text("{}");
        return others == null
                ? json.object
                : dictionary(compile(others, path + "/additionalProperties"));
    }

    private Map<String, Symbol> members(JsonNode schema, String path) {
        Map<String, Symbol> members = new LinkedHashMap<>();
        JsonNode properties = schema.get("properties");
        if (properties == null) return members;
        if (!properties.isObject())
            throw new UnsupportedSchemaException(path + "/properties", "is no object");
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            String at = path + "/properties/" + property.getKey();
            members.put(property.getKey(), compile(property.getValue(), at));
        }
        return members;
    }

    private static Set<String> required(JsonNode schema, String path) {
        Set<String> names = new LinkedHashSet<>();
        JsonNode required = schema.get("required");
        if (required == null) return names;
        if (!required.isArray())
            throw new UnsupportedSchemaException(path + "/required", "is no list of names");
        required.forEach(name -> names.add(name.asText()));
        return names;
    }

    private Symbol dictionary(Symbol value) {
        Symbol member = g.sequence(json.string, g.text(":"), json.space, value);
        Symbol more = g.many(g.sequence(g.text(","), json.space, member));
        return g.either(
                g.text("{}"),
                g.sequence(g.text("{"), json.space, member, more, json.space, g.text("}")));
    }

    /** Members in their order; those that are not required may be left out. */
    private Symbol record(Map<String, Symbol> members, Set<String> required) {
        List<Map.Entry<String, Symbol>> ordered = List.copyOf(members.entrySet());
        // What may follow the members so far, where some were written and where none was.
        Symbol afterSome = json.space;
        @Nullable Symbol afterNone = null;
        Symbol none = g.sequence();
        for (int i = ordered.size() - 1; i >= 0; i--) {
            String name = ordered.get(i).getKey();
            Symbol member =
                    g.sequence(
                            literal(TextNode.valueOf(name)),
                            g.text(":"),
                            json.space,
                            ordered.get(i).getValue());
            Symbol first = g.sequence(json.space, member, afterSome);
            Symbol next = g.sequence(g.text(","), json.space, member, afterSome);
            boolean must = required.contains(name);
            afterNone = must ? first : g.either(first, afterNone == null ? none : afterNone);
            afterSome = must ? next : g.either(next, afterSome);
        }
        return g.sequence(g.text("{"), afterNone == null ? none : afterNone, g.text("}"));
    }
}
