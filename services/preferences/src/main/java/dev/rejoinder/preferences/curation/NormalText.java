package dev.rejoinder.preferences.curation;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts as they are compared: what differs only in spacing or encoding is the same text. */
final class NormalText {
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['’][\\p{L}]+)*");

    private NormalText() {}

    /** NFC, stripped, every run of white space one space. */
    static String of(String text) {
        return SPACE.matcher(Normalizer.normalize(text, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
    }

    /** Lower-case words in order, without punctuation; apostrophes are straight. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(Normalizer.normalize(text, Normalizer.Form.NFC));
        while (matcher.find())
            words.add(matcher.group().replace('’', '\'').toLowerCase(Locale.ROOT));
        return words;
    }
}
