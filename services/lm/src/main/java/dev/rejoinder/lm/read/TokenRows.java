package dev.rejoinder.lm.read;

import dev.rejoinder.lm.token.Tokenizer;
import java.nio.file.Path;

/** Every token needs its row of the embedding; rows without a token are harmless. */
final class TokenRows {
    private TokenRows() {}

    /**
     * @throws UnreadableModelException if the tokenizer belongs to a larger model
     */
    static void check(Path file, ModelConfig config, Tokenizer tokenizer) {
        if (tokenizer.vocabularySize() > config.vocabulary()) {
            throw new UnreadableModelException(
                    "%s: its tokenizer has %d tokens and its embedding %d rows; use files of one model"
                            .formatted(file, tokenizer.vocabularySize(), config.vocabulary()));
        }
    }
}
