package dev.rejoinder.lm.token;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SentencePiece's alphabet: plain text with U+2581 for a space, and {@code <0x0A>} for a byte that
 * is no character of the vocabulary.
 *
 * @param startsWithSpace whether text gets a space in front
 */
record SpaceMarkerAlphabet(boolean startsWithSpace) implements Alphabet {
    private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

    @Override
    public byte[] bytes(String token) {
        Matcher single = BYTE.matcher(token);
        if (single.matches()) return new byte[] {(byte) Integer.parseInt(single.group(1), 16)};
        return token.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }
}
