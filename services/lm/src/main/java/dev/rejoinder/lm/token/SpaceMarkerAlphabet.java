package dev.rejoinder.lm.token;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    /** As the tokenizer.json of a Llama 2 states it. */
    ObjectNode normalizer() {
        ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("normalizers");
        if (startsWithSpace) steps.addObject().put("type", "Prepend").put("prepend", "\u2581");
        ObjectNode replace = steps.addObject().put("type", "Replace").put("content", "\u2581");
        replace.putObject("pattern").put("String", " ");
        return sequence;
    }
}
