package dev.rejoinder.signals.detect;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.score.Probe;
import dev.rejoinder.lm.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The text the model reads for one exchange: request, reply and follow-up as a chat without a
 * system message, each cut to its ends, then {@value #TAIL} as the assistant's next words, so that
 * the last token's state is about the user's mood. At most 200 tokens and the template's own.
 */
final class FollowUpText {
    static final String TAIL = "The user is now";

    private static final Cut REQUEST = new Cut(0, 1200, 30, 30);
    private static final Cut REPLY = new Cut(800, 300, 50, 20);
    private static final Cut FOLLOW_UP = new Cut(900, 0, 50, 10);

    /** A word that stands for the user's message when the template's own tokens are looked up. */
    private static final String MARKER = "apple";

    private final Tokenizer tokenizer;
    private final int[] userOpening;
    private final int[] replyOpening;
    private final int[] bridge;
    private final int[] tail;

    /**
     * What is kept of a text.
     *
     * @param firstChars characters kept from its start, before tokenizing
     * @param lastChars characters kept from its end
     * @param firstTokens then tokens from the start
     * @param lastTokens and from the end
     */
    private record Cut(int firstChars, int lastChars, int firstTokens, int lastTokens) {
        String chars(String text) {
            if (text.length() <= firstChars + lastChars) return text;
            String first = text.substring(0, firstChars);
            String last = text.substring(text.length() - lastChars);
            return firstChars == 0 || lastChars == 0 ? first + last : first + " " + last;
        }

        int[] tokens(int[] ids) {
            if (ids.length <= firstTokens + lastTokens) return ids;
            return join(
                    Arrays.copyOf(ids, firstTokens),
                    Arrays.copyOfRange(ids, ids.length - lastTokens, ids.length));
        }
    }

    /**
     * @throws IllegalStateException if the template's own tokens cannot be told from a message's
     */
    FollowUpText(LanguageModel model) {
        tokenizer = model.tokenizer();
        bridge = model.chat().followUpBridge();
        userOpening = afterEndOfTurn(bridge);
        replyOpening = afterMarker(model.chat().prompt(List.of(ChatMessage.user(MARKER))));
        tail = tokenizer.encode(TAIL);
    }

    /** Three spans: the follow-up, the first token after it, and the text's last token. */
    Probe probe(Exchange exchange, List<Integer> layers) {
        int[] before =
                join(
                        userOpening,
                        tokens(exchange.request(), REQUEST),
                        replyOpening,
                        tokens(exchange.reply(), REPLY),
                        bridge);
        int[] followUp = tokens(exchange.followUp(), FOLLOW_UP);
        int[] all = join(before, followUp, replyOpening, tail);
        int end = before.length + followUp.length;
        Probe.Span scored = new Probe.Span(before.length, end);
        List<Probe.Span> spans =
                List.of(
                        scored,
                        new Probe.Span(end, end + 1),
                        new Probe.Span(all.length - 1, all.length));
        return new Probe(all, layers, spans, scored);
    }

    private int[] tokens(String text, Cut cut) {
        return cut.tokens(tokenizer.encode(cut.chars(text)));
    }

    /** The bridge without the end of the turn before: from its second special token on. */
    private int[] afterEndOfTurn(int[] tokens) {
        return IntStream.range(1, tokens.length)
                .filter(i -> tokenizer.bytes(tokens[i]).length == 0)
                .mapToObj(i -> Arrays.copyOfRange(tokens, i, tokens.length))
                .findFirst()
                .orElse(tokens);
    }

    private int[] afterMarker(int[] prompt) {
        int[] marker = tokenizer.encode(MARKER);
        for (int at = prompt.length - marker.length; at >= 0; at--)
            if (Arrays.equals(marker, 0, marker.length, prompt, at, at + marker.length))
                return Arrays.copyOfRange(prompt, at + marker.length, prompt.length);
        throw new IllegalStateException(
                "the chat template joins its own tokens with a message's; follow-ups cannot be"
                        + " framed for this model");
    }

    private static int[] join(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }
}
