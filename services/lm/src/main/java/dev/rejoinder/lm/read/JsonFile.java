package dev.rejoinder.lm.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Text and JSON files of a model folder. */
final class JsonFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonFile() {}

    /**
     * @throws UnreadableModelException if the file is missing or no JSON object
     */
    static JsonNode read(Path file) {
        try {
            JsonNode root = JSON.readTree(text(file));
            if (root.isObject()) return root;
            throw new UnreadableModelException(file + " is no JSON object; fetch it again");
        } catch (JsonProcessingException e) {
            throw new UnreadableModelException(
                    "%s is no JSON (line %d); fetch it again"
                            .formatted(
                                    file,
                                    e.getLocation() == null ? 0 : e.getLocation().getLineNr()),
                    e);
        }
    }

    /** A missing node where there is no such file. */
    static JsonNode readIfPresent(Path file) {
        return Files.isRegularFile(file) ? read(file) : MissingNode.getInstance();
    }

    static Optional<String> textIfPresent(Path file) {
        return Files.isRegularFile(file) ? Optional.of(text(file)) : Optional.empty();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UnreadableModelException(
                    file + " cannot be read (" + e + "); the folder is incomplete, fetch it again",
                    e);
        }
    }
}
