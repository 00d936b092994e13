package dev.rejoinder.testkit.users;

import java.util.Locale;
import java.util.regex.Pattern;

/** What the users of a demo would like replies to be, as a rule that can be checked. */
public enum Preference {
    /** At most 30 words. */
    BRIEF("a reply of at most 30 words") {
        @Override
        boolean meetsWhereNotEmpty(String reply) {
            return reply.split("\\s+").length <= MOST_WORDS;
        }
    },
    /** Prose in one piece: no second paragraph, no list, no markup. */
    PLAIN("one paragraph of plain prose, no list or markup") {
        @Override
        boolean meetsWhereNotEmpty(String reply) {
            return !reply.contains("\n") && !MARKUP.matcher(reply).find();
        }
    },
    /** It comes to its end instead of breaking off where the room ends. */
    WHOLE("a reply that comes to its end") {
        @Override
        boolean meetsWhereNotEmpty(String reply) {
            return ENDED.matcher(reply).find();
        }
    };

    /** What the users' chat program asks for as {@code max_tokens}, whatever they like. */
    public static final int MAX_TOKENS = 96;

    private static final int MOST_WORDS = 30;

    private static final Pattern MARKUP =
            Pattern.compile("(^|\\s)([-*•]|\\d{1,2}[.)])\\s+[A-Z]|^#{1,6} |\\*\\*|__|`");
    private static final Pattern ENDED = Pattern.compile("[.!?][\"')*]*$");

    private final String meaning;

    Preference(String meaning) {
        this.meaning = meaning;
    }

    /** Whether a reply is as the users like it; an empty one never is. */
    public final boolean meets(String reply) {
        String stripped = reply.strip();
        return !stripped.isEmpty() && meetsWhereNotEmpty(stripped);
    }

    abstract boolean meetsWhereNotEmpty(String reply);

    /** The rule in words, for a report. */
    public String meaning() {
        return meaning;
    }

    /** As the command line names it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return label();
    }
}
