package dev.rejoinder.preferences.curation;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a text is about: the stems of its words, without those that every text has. A stem is a
 * word's first letters, which is crude, and serves any language that puts spaces between words.
 */
final class ContentWords {
    private static final int STEM = 5;
    private static final int SHORTEST = 4;

    /** Words of four letters and more that say nothing of the subject. */
    private static final Set<String> FUNCTION_WORDS =
            Set.of(
                    """
                    about after again also always another anything because been before being both
                    came come could does doing done down each else even ever every everything find
                    from gets give going good have having here into itself just keep kind know less
                    like look made make many maybe mean more most much must need never next nothing
                    okay once only onto other over part perhaps please quite rather really same
                    seem should since some something still such take than thank thanks that their
                    them then there these they thing things think this those though time times
                    under until upon used using very want wants well were what when where whether
                    which while will with within without would your yours
                    """
                            .strip()
                            .split("\\s+"));

    private ContentWords() {}

    /** Stems of the words with at least four letters, and all numbers. */
    static Set<String> of(String text) {
        return NormalText.words(text).stream()
                .map(ContentWords::withoutEnding)
                .filter(ContentWords::hasContent)
                .map(word -> word.length() > STEM ? word.substring(0, STEM) : word)
                .collect(Collectors.toSet());
    }

    private static boolean hasContent(String word) {
        return Character.isDigit(word.charAt(0))
                || (word.length() >= SHORTEST && !FUNCTION_WORDS.contains(word));
    }

    /** Without "'s" and the like, and without the plural's s. */
    private static String withoutEnding(String word) {
        int apostrophe = word.indexOf('\'');
        String stem = apostrophe > 0 ? word.substring(0, apostrophe) : word;
        return stem.length() > SHORTEST && stem.endsWith("s") && !stem.endsWith("ss")
                ? stem.substring(0, stem.length() - 1)
                : stem;
    }
}
