package dev.rejoinder.standalone.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kubernetes objects out of YAML. */
final class Manifests {
    private static final YAMLMapper YAML = new YAMLMapper(new YAMLFactory());

    private Manifests() {}

    /** The repository's root, from a module's folder two levels below it. */
    static Path root() {
        return Path.of("").toAbsolutePath().getParent().getParent();
    }

    static List<JsonNode> read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every non-empty document. */
    static List<JsonNode> parse(String yaml) {
        try {
            List<JsonNode> documents = new ArrayList<>();
            for (JsonNode node :
                    YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll())
                if (node != null && node.isObject()) documents.add(node);
            return documents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonNode> ofKind(List<JsonNode> all, String... kinds) {
        return all.stream().filter(o -> List.of(kinds).contains(o.path("kind").asText())).toList();
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }
}
