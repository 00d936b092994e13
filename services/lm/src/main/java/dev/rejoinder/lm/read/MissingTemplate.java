package dev.rejoinder.lm.read;

import java.nio.file.Path;

/** The error for a model that was not made to chat. */
final class MissingTemplate {
    private MissingTemplate() {}

    static UnreadableModelException of(Path file) {
        return new UnreadableModelException(
                file + " has no chat template; use the model's instruct or chat variant");
    }
}
