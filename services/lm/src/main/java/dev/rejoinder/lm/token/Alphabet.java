package dev.rejoinder.lm.token;

/** How a vocabulary spells bytes. */
sealed interface Alphabet permits ByteLevelAlphabet, SpaceMarkerAlphabet {
    /** The bytes a normal token stands for. */
    byte[] bytes(String token);

    /** Whether the tokenizer put a space before the text, which decoding takes away again. */
    boolean startsWithSpace();
}
