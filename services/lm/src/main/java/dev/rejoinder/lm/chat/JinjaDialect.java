package dev.rejoinder.lm.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts what chat templates write in Python's Jinja into words that Jinjava reads in the same sense.
 * Lines end with a newline alone, and the last with none, as Jinja reads files. Inside {@code {{
 * }}} and {@code {% %}}, but not inside quotes:
 *
 * <ul>
 *   <li>{@code list[::-1]} becomes {@code list|reverse};
 *   <li>{@code not x is defined} gets parentheses: Jinjava would negate x before it tests it;
 *   <li>{@code x == false} becomes {@code x is sameas false}: Jinjava takes "" for false;
 *   <li>{@code strftime_now is defined} is true: Jinjava looks for a variable of that name;
 *   <li>values of {@code namespace(name=value)} get parentheses, without which Jinjava ends them at
 *       the first operator.
 * </ul>
 */
final class JinjaDialect {
    private static final Pattern REVERSED = Pattern.compile("\\[\\s*::\\s*-1\\s*]");
    private static final Pattern NEGATED_TEST =
            Pattern.compile("\\bnot\\s+([\\w.\\[\\]\0]+)\\s+is\\s+(not\\s+)?(\\w+)");
    private static final Pattern EQUALS_TRUTH = Pattern.compile("(==|!=)\\s*(?i:(true|false))\\b");
    private static final Pattern CLOCK_DEFINED =
            Pattern.compile("\\bstrftime_now\\s+is\\s+defined\\b");
    private static final Pattern NAMESPACE = Pattern.compile("\\bnamespace\\s*\\(");
    private static final Pattern NAMED =
            Pattern.compile("(\\s*\\w+\\s*=)(?!=)(.*)", Pattern.DOTALL);
    private static final Pattern QUOTED =
            Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"", Pattern.DOTALL);
    private static final Pattern PLACEHOLDER = Pattern.compile("\0");

    private JinjaDialect() {}

    static String toJinjava(String source) {
        String text = source.replace("\r\n", "\n").replace('\r', '\n');
        if (text.endsWith("\n")) text = text.substring(0, text.length() - 1);
        var result = new StringBuilder();
        int done = 0;
        for (int open = opening(text, 0); open >= 0; open = opening(text, done)) {
            int end = end(text, open);
            String tag = text.substring(open, end);
            result.append(text, done, open).append(tag.startsWith("{#") ? tag : translated(tag));
            done = end;
        }
        return result.append(text.substring(done)).toString();
    }

    /** The next tag's place, or -1. */
    private static int opening(String text, int from) {
        for (int i = from; i + 1 < text.length(); i++)
            if (text.charAt(i) == '{' && "{%#".indexOf(text.charAt(i + 1)) >= 0) return i;
        return -1;
    }

    /** Behind the tag that opens here; what closes a tag may stand in quotes inside it. */
    private static int end(String text, int open) {
        String closing =
                switch (text.charAt(open + 1)) {
                    case '{' -> "}}";
                    case '%' -> "%}";
                    default -> "#}";
                };
        char quote = 0;
        for (int i = open + 2; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\') i++;
                else if (c == quote) quote = 0;
            } else if (text.startsWith(closing, i)) {
                return i + closing.length();
            } else if ((c == '\'' || c == '"') && !closing.equals("#}")) {
                quote = c;
            }
        }
        return text.length();
    }

    private static String translated(String tag) {
        List<String> quoted = new ArrayList<>();
        String bare =
                QUOTED.matcher(tag)
                        .replaceAll(found -> {
                            quoted.add(found.group());
                            return "\0";
                        });
        bare = REVERSED.matcher(bare).replaceAll("|reverse");
        bare = CLOCK_DEFINED.matcher(bare).replaceAll("true");
        bare = NEGATED_TEST.matcher(bare).replaceAll("not ($1 is $2$3)");
        bare = EQUALS_TRUTH.matcher(bare).replaceAll(JinjaDialect::sameAs);
        bare = withNamespaces(bare);
        var next = quoted.iterator();
        return PLACEHOLDER.matcher(bare).replaceAll(found -> Matcher.quoteReplacement(next.next()));
    }

    private static String sameAs(MatchResult equals) {
        return (equals.group(1).equals("==") ? "is sameas " : "is not sameas ")
                + equals.group(2).toLowerCase(Locale.ROOT);
    }

    private static String withNamespaces(String tag) {
        StringBuilder result = new StringBuilder();
        Matcher call = NAMESPACE.matcher(tag);
        int done = 0;
        while (call.find(done)) {
            int end = endOfArgument(tag, call.end());
            result.append(tag, done, call.end());
            int start = call.end();
            while (end < tag.length() && tag.charAt(end) == ',') {
                result.append(parenthesised(tag.substring(start, end))).append(',');
                start = end + 1;
                end = endOfArgument(tag, start);
            }
            result.append(parenthesised(tag.substring(start, end)));
            done = end;
        }
        return result.append(tag.substring(done)).toString();
    }

    private static String parenthesised(String argument) {
        Matcher named = NAMED.matcher(argument);
        return named.matches() ? named.group(1) + "(" + named.group(2) + ")" : argument;
    }

    /** Where the argument that begins at {@code from} ends: a comma or the closing parenthesis. */
    private static int endOfArgument(String tag, int from) {
        int depth = 0;
        for (int i = from; i < tag.length(); i++) {
            char c = tag.charAt(i);
            if (c == '(' || c == '[' || c == '{') depth++;
            else if (depth == 0 && (c == ',' || c == ')')) return i;
            else if (c == ')' || c == ']' || c == '}') depth--;
        }
        return tag.length();
    }
}
