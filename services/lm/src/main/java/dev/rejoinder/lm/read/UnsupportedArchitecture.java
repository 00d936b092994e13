package dev.rejoinder.lm.read;

import java.nio.file.Path;

/** The error for a model whose computation is not implemented. */
final class UnsupportedArchitecture {
    private UnsupportedArchitecture() {}

    static UnreadableModelException of(Path file, String architecture) {
        return new UnreadableModelException(
                ("%s is of architecture %s, which is not supported; use a Llama, Mistral, Qwen2 or"
                                + " Qwen3 model")
                        .formatted(file, architecture));
    }
}
