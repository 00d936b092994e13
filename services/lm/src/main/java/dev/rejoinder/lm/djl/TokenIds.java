package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.read.ModelConfig;

/** Guards the embedding: one unknown id would fail the whole batch that it is in. */
final class TokenIds {
    private TokenIds() {}

    /**
     * @throws IllegalArgumentException if an id is outside the vocabulary
     */
    static void requireKnown(int[] ids, ModelConfig config) {
        for (int id : ids)
            if (id < 0 || id >= config.vocabulary())
                throw new IllegalArgumentException(
                        "token id %d is outside the vocabulary of %d; use the model's own tokenizer"
                                .formatted(id, config.vocabulary()));
    }
}
