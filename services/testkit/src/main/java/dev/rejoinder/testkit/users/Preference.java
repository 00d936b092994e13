package dev.rejoinder.testkit.users;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the users of a demo would like replies to be, as a rule that can be checked. */
public enum Preference {
    /** At most 30 words. */
    BRIEF("a reply of at most 30 words", 96) {
        @Override
        boolean meetsWhereNotEmpty(String reply) {
            return reply.split("\\s+").length <= MOST_WORDS;
        }
    },
    /** Prose in one piece: no second paragraph, no list, no markup. */
    PLAIN("one paragraph of plain prose, no list or markup", 112) {
        @Override
        boolean meetsWhereNotEmpty(String reply) {
            return !reply.contains("\n") && !MARKUP.matcher(reply).find();
        }
    },
    /** At least one example. */
    EXAMPLE("a reply with an example", 112) {
        @Override
        boolean meetsWhereNotEmpty(String reply) {
            return INSTANCE.matcher(reply).find();
        }
    },
    /** A numbered list of at least two points. */
    STEPS("a numbered list of at least two points", 112) {
        @Override
        boolean meetsWhereNotEmpty(String reply) {
            Matcher numbers = NUMBERED.matcher(reply);
            return numbers.find() && numbers.find();
        }
    };

    private static final int MOST_WORDS = 30;

    private static final Pattern MARKUP =
            Pattern.compile("(^|\\s)([-*•]|\\d{1,2}[.)])\\s+[A-Z]|^#{1,6} |\\*\\*|__|`");
    private static final Pattern INSTANCE =
            Pattern.compile(
                    "\\b(for (example|instance)|an example|e\\.g\\.|such as|imagine|let's say|suppose)",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBERED = Pattern.compile("(^|\\s)\\d{1,2}[.)]\\s+\\S");

    private final String meaning;
    private final int maxTokens;

    Preference(String meaning, int maxTokens) {
        this.meaning = meaning;
        this.maxTokens = maxTokens;
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

    /** What these users' chat program asks for as {@code max_tokens}. */
    public int maxTokens() {
        return maxTokens;
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
