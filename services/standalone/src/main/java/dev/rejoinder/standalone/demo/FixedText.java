package dev.rejoinder.standalone.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Prose of our own, of many kinds, that no user ever mentions: what the model must not get worse
 * at.
 */
final class FixedText {
    static final String TEXT = read();

    private FixedText() {}

    private static String read() {
        try (InputStream in =
                FixedText.class.getResourceAsStream(
                        "/dev/rejoinder/standalone/demo/fixed-text.txt")) {
            if (in == null) throw new IllegalStateException("fixed-text.txt is missing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
