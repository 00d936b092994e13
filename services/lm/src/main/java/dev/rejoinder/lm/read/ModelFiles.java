package dev.rejoinder.lm.read;

import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.token.Tokenizer;

/**
 * A model on disk, opened: everything the engine needs, and nothing of an engine.
 *
 * @param name as chat clients name it
 * @param digest SHA-256 of the weights' file, lower-case hex (of the joined digests where there are
 *     several)
 */
public record ModelFiles(
        String name,
        String digest,
        ModelConfig config,
        Weights weights,
        Tokenizer tokenizer,
        ChatEncoder chat)
        implements AutoCloseable {
    @Override
    public void close() {
        weights.close();
    }
}
