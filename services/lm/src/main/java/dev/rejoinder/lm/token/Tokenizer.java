package dev.rejoinder.lm.token;

/** Text to ids and back. Thread-safe. */
public interface Tokenizer {
    /**
     * Ids of the text as plain text: {@code "<|im_start|>"} gives several ordinary tokens. No BOS
     * is added.
     */
    int[] encode(String text);

    /** The text of the ids; special tokens are left out, bytes that are no UTF-8 become U+FFFD. */
    String decode(int[] ids);

    /**
     * The raw bytes of one token, empty for a special token; a streamed reply joins them before it
     * cuts at UTF-8.
     */
    byte[] bytes(int id);

    int vocabularySize();

    /** SHA-256 over the vocabulary, merges and chat template, as lower-case hex. */
    String digest();
}
