package dev.rejoinder.testkit.users;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Puts messages together from the sentences of the resource files. This wording stands nowhere
 * else: no service, rule or training set knows it.
 */
final class Wording {
    private static final Map<String, List<String>> COMMON = TextFile.sections("wording-common.txt");

    private static final double OPENER = 0.35;
    private static final double CLOSER = 0.2;
    private static final double COMPLAINT = 0.8;
    private static final double ASK = 0.85;
    private static final double QUESTION_AGAIN = 0.25;

    private final Map<String, List<String>> own;
    private final RandomGenerator random;

    Wording(Preference preference, RandomGenerator random) {
        this.own = TextFile.sections("wording-" + preference.label() + ".txt");
        this.random = random;
    }

    /** A complaint, mostly with what is wanted instead, sometimes with the question again. */
    String complaint(Temperament temperament, String question) {
        boolean complains = random.nextDouble() < COMPLAINT;
        StringBuilder text = new StringBuilder();
        if (complains) text.append(opened(temperament, pick(own, "complaint")));
        if (!complains || random.nextDouble() < ASK) join(text, pick(own, "ask"));
        if (temperament != Temperament.TERSE) {
            if (random.nextDouble() < QUESTION_AGAIN)
                join(text, pick(COMMON, "ask again").replace("{question}", question));
            else if (random.nextDouble() < CLOSER)
                join(text, pick(COMMON, isPolite(temperament) ? "polite closer" : "closer"));
        }
        return slip(temperament, text.toString());
    }

    String thanks(Temperament temperament) {
        String section =
                switch (temperament) {
                    case TERSE -> "short thanks";
                    case POLITE -> "polite thanks";
                    case EVEN, NOISY, WANDERING -> "thanks";
                };
        return slip(temperament, pick(COMMON, section));
    }

    /** Another question, with or without a word before it. */
    String next(Temperament temperament, String question) {
        return slip(temperament, pick(COMMON, "next").replace("{question}", question));
    }

    private String opened(Temperament temperament, String complaint) {
        if (temperament == Temperament.TERSE || random.nextDouble() >= OPENER) return complaint;
        String opener = pick(COMMON, isPolite(temperament) ? "polite opener" : "opener");
        return opener + " " + (opener.endsWith(",") ? lowerFirst(complaint) : complaint);
    }

    private static boolean isPolite(Temperament temperament) {
        return temperament == Temperament.POLITE;
    }

    /** "That's" goes on in lower case after a comma; "I" does not. */
    private static String lowerFirst(String text) {
        if (text.matches("I('|\\b).*")) return text;
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static void join(StringBuilder text, String sentence) {
        if (!text.isEmpty()) text.append(' ');
        text.append(sentence);
    }

    private String pick(Map<String, List<String>> from, String section) {
        List<String> sentences = from.getOrDefault(section, List.of());
        return sentences.get(random.nextInt(sentences.size()));
    }

    /** Two neighbouring letters change places, a letter is lost, or everything is in lower case. */
    private String slip(Temperament temperament, String text) {
        if (random.nextDouble() >= temperament.typo || text.length() < 4) return text;
        int at = 1 + random.nextInt(text.length() - 2);
        return switch (random.nextInt(3)) {
            case 0 ->
                    text.substring(0, at)
                            + text.charAt(at + 1)
                            + text.charAt(at)
                            + text.substring(at + 2);
            case 1 -> text.substring(0, at) + text.substring(at + 1);
            default -> text.toLowerCase(Locale.ROOT);
        };
    }
}
