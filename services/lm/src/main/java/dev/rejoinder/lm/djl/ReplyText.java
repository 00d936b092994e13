package dev.rejoinder.lm.djl;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A reply's text as its tokens' bytes arrive: gives out whole characters only, and holds back what
 * may turn out to be the start of a stop text. What a client could not send back as a message,
 * bytes that are no UTF-8 and NUL, becomes U+FFFD.
 */
final class ReplyText {
    private static final char NUL = 0;
    private static final char REPLACEMENT = 0xFFFD;

    private final CharsetDecoder utf8 =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private byte[] unfinished = new byte[0];
    private boolean stopped;

    ReplyText(List<String> stops) {
        this.stops = stops.stream().filter(s -> !s.isEmpty()).toList();
    }

    /** The text that became certain with these bytes. */
    String add(byte[] bytes) {
        held.append(decode(bytes));
        int stop = firstStop();
        if (stop >= 0) {
            stopped = true;
            held.setLength(stop);
            return take(stop);
        }
        return take(held.length() - possibleStop());
    }

    /** Whether a stop text was found; nothing is held back then. */
    boolean stopped() {
        return stopped;
    }

    /**
     * What was held back and belongs to the reply after all. Bytes of a cut character are left out.
     */
    String rest() {
        return take(held.length());
    }

    private String take(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }

    private String decode(byte[] bytes) {
        var in = ByteBuffer.allocate(unfinished.length + bytes.length);
        in.put(unfinished).put(bytes).flip();
        var out = CharBuffer.allocate(in.remaining() + 1);
        utf8.reset().decode(in, out, false);
        unfinished = new byte[in.remaining()];
        in.get(unfinished);
        return out.flip().toString().replace(NUL, REPLACEMENT);
    }

    private int firstStop() {
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }
        return first;
    }

    /** Length of the longest end of the held text with which a stop text begins. */
    private int possibleStop() {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) longest = n;
            }
        }
        return longest;
    }
}
