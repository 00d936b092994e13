package dev.rejoinder.lm.read;

import java.nio.file.Path;

/** The error for a tensor that is not in a file. */
final class MissingTensor {
    private MissingTensor() {}

    static UnreadableModelException of(Path file, String tensor) {
        return new UnreadableModelException(
                "%s lacks tensor %s; the file is incomplete, fetch it again"
                        .formatted(file, tensor));
    }
}
