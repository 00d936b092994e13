package dev.rejoinder.signals.detect;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the words of an exchange show without a model: rules that match, the request said again, a
 * refusal that is not accepted.
 *
 * @param categories those whose rules match
 * @param repetition Jaccard similarity of the words of request and follow-up, 0 to 1
 * @param refused whether the reply declines
 */
record Wording(Set<Category> categories, double repetition, boolean refused) {
    /** Beyond this the middle is likelier a pasted text than the user's own feelings. */
    private static final int OWN_WORDS_HEAD = 240;

    private static final int OWN_WORDS_TAIL = 80;

    /** Two thirds of all words shared: the same request with small changes. */
    private static final double SAME_REQUEST = 0.67;

    private static final int REFUSAL_HEAD = 160;
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern REFUSAL =
            Pattern.compile(
                    "\\b(?:i(?:'m| am) (?:sorry|afraid|unable|not able)|i (?:can(?:not|'t)|won't|could"
                            + " not|couldn't)|as an ai|i do(?:n't| not) (?:have|feel comfortable))\\b");
    private static final Pattern INSISTS =
            Pattern.compile(
                    "\\b(?:yes,? you (?:can|do|are)|why (?:not|can't|won't|can not)|you (?:can|could|should) (?:still|just)"
                            + "|just (?:do|tell|give|answer|say|write|try)|do it anyway|pretend|stop saying|come on)\\b");

    static Wording of(Exchange exchange) {
        String followUp = ownWords(exchange.followUp());
        EnumSet<Category> found = EnumSet.noneOf(Category.class);
        for (Rule rule : Rule.ALL) if (rule.matches(followUp)) found.add(rule.category());
        double repetition = jaccard(words(exchange.request()), words(exchange.followUp()));
        if (repetition >= SAME_REQUEST) found.add(Category.REVISION);
        boolean refused = REFUSAL.matcher(head(plain(exchange.reply()), REFUSAL_HEAD)).find();
        if (refused && INSISTS.matcher(followUp).find())
            found.add(Category.UNREALISTIC_EXPECTATION);
        return new Wording(found, repetition, refused);
    }

    boolean satisfied() {
        return categories.stream().anyMatch(Category::isSatisfied);
    }

    boolean dissatisfied() {
        return categories.stream().anyMatch(c -> !c.isSatisfied());
    }

    private static String ownWords(String followUp) {
        String text = plain(followUp);
        if (text.length() <= OWN_WORDS_HEAD + OWN_WORDS_TAIL) return text;
        return text.substring(0, OWN_WORDS_HEAD)
                + " \n "
                + text.substring(text.length() - OWN_WORDS_TAIL);
    }

    /** Lower case, straight apostrophes. */
    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT).replace('’', '\'').strip();
    }

    private static String head(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>(Arrays.asList(NO_WORD.split(plain(text))));
        words.remove("");
        return words;
    }

    private static double jaccard(Set<String> a, Set<String> b) {
        if (a.isEmpty() || b.isEmpty()) return 0;
        Set<String> both = new HashSet<>(a);
        both.retainAll(b);
        return (double) both.size() / (a.size() + b.size() - both.size());
    }
}
