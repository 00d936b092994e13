package dev.rejoinder.lm.chat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts what chat templates write in Python's Jinja into words that Jinjava reads: {@code
 * list[::-1]} becomes {@code list|reverse}, and values of {@code namespace(name=value)} get
 * parentheses, without which Jinjava ends them at the first operator. Lines end with a newline
 * alone, and the last with none, as Jinja reads files.
 */
final class JinjaDialect {
    private static final Pattern REVERSED = Pattern.compile("\\[\\s*::\\s*-1\\s*]");
    private static final Pattern NAMESPACE = Pattern.compile("\\bnamespace\\s*\\(");
    private static final Pattern NAMED =
            Pattern.compile("(\\s*\\w+\\s*=)(?!=)(.*)", Pattern.DOTALL);

    private JinjaDialect() {}

    static String toJinjava(String source) {
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        if (lines.endsWith("\n")) lines = lines.substring(0, lines.length() - 1);
        String reversed = REVERSED.matcher(lines).replaceAll("|reverse");
        StringBuilder result = new StringBuilder();
        Matcher call = NAMESPACE.matcher(reversed);
        int done = 0;
        while (call.find(done)) {
            int end = endOfArgument(reversed, call.end());
            result.append(reversed, done, call.end());
            int start = call.end();
            while (end < reversed.length() && reversed.charAt(end) == ',') {
                result.append(parenthesised(reversed.substring(start, end))).append(',');
                start = end + 1;
                end = endOfArgument(reversed, start);
            }
            result.append(parenthesised(reversed.substring(start, end)));
            done = end;
        }
        return result.append(reversed.substring(done)).toString();
    }

    private static String parenthesised(String argument) {
        Matcher named = NAMED.matcher(argument);
        return named.matches() ? named.group(1) + "(" + named.group(2) + ")" : argument;
    }

    /** Where the argument that begins at {@code from} ends: a comma or the closing parenthesis. */
    private static int endOfArgument(String source, int from) {
        int depth = 0;
        char quote = 0;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (quote != 0) {
                if (c == '\\') i++;
                else if (c == quote) quote = 0;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (depth == 0 && (c == ',' || c == ')')) {
                return i;
            } else if (c == ')' || c == ']' || c == '}') {
                depth--;
            }
        }
        return source.length();
    }
}
