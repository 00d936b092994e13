package dev.rejoinder.lm.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * GPT-2's alphabet: each byte is one printable character. Printable Latin-1 stands for itself, the
 * other 68 bytes for U+0100 on, in order.
 *
 * @see <a href="https://github.com/openai/gpt-2/blob/master/src/encoder.py">{@code
 *     bytes_to_unicode}</a>
 */
record ByteLevelAlphabet() implements Alphabet {
    private static final Map<Character, Byte> BYTES = table();

    private static Map<Character, Byte> table() {
        Map<Character, Byte> table = new HashMap<>();
        char next = 0x100;
        for (int value = 0; value < 256; value++) {
            table.put(isPrintable(value) ? (char) value : next++, (byte) value);
        }
        return table;
    }

    private static boolean isPrintable(int value) {
        return value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xFF && value != 0xAD;
    }

    /** A character outside the alphabet stands for its own UTF-8. */
    @Override
    public byte[] bytes(String token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
        token.codePoints()
                .forEach(point -> {
                    Byte value = point > 0xFFFF ? null : BYTES.get((char) point);
                    if (value != null) bytes.write(value);
                    else bytes.writeBytes(utf8(point));
                });
        return bytes.toByteArray();
    }

    private static byte[] utf8(int point) {
        return Character.toString(point).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean startsWithSpace() {
        return false;
    }
}
