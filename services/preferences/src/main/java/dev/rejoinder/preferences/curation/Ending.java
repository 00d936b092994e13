package dev.rejoinder.preferences.curation;

import java.util.regex.Pattern;

/** Whether a reply reads as finished, where the reason it ended is unknown or not enough. */
public final class Ending {
    /** A sentence's end in any script, perhaps inside quotes, brackets or emphasis. */
    private static final Pattern SENTENCE =
            Pattern.compile("[.!?…。！？｡؟۔।॥።։][\"'”’»)\\]}*_`~\\p{So}\\p{Mn}\\s]*$");

    /** The last line is an item, a heading, a table row, code or a formula: no full stop is due. */
    private static final Pattern STRUCTURE =
            Pattern.compile(
                    "^\\s*(?:[-*•+–]\\s|\\d{1,3}[.)]\\s|#|\\|.*\\|$|```|~~~|\\$\\$)|(?:```|~~~|\\$\\$|[;{}])$");

    /** Writing systems whose sentences end without a mark. */
    private static final Pattern UNMARKED = Pattern.compile("[\\p{IsThai}\\p{IsLao}]$");

    /** A bare answer such as a name or a number needs no full stop. */
    private static final int BARE_WORDS = 6;

    private Ending() {}

    /** Whether the text closes with the end of a sentence. */
    public static boolean isPunctuated(String text) {
        return SENTENCE.matcher(text.strip()).find();
    }

    /** Whether the text closes with the end of a sentence, or in a way that needs none. */
    public static boolean isWhole(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) return false;
        if (isPunctuated(stripped)) return true;
        String lastLine = stripped.substring(stripped.lastIndexOf('\n') + 1);
        return NormalText.words(stripped).size() <= BARE_WORDS
                || STRUCTURE.matcher(lastLine).find()
                || UNMARKED.matcher(lastLine).find();
    }
}
