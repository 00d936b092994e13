package dev.rejoinder.lm.chat;

import com.hubspot.jinjava.objects.collections.PyList;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/** Methods of Python's {@code str}, which chat templates call on texts. */
final class PythonStrings extends ELResolver {
    @Override
    public @Nullable Object invoke(
            ELContext context,
            Object base,
            Object method,
            Class<?> @Nullable [] types,
            Object[] arguments) {
        if (!(base instanceof String text) || !(method instanceof String name)) return null;
        List<String> words = new ArrayList<>();
        for (Object argument : arguments) words.add(String.valueOf(argument));
        Object result = call(text, name, words);
        if (result != null) context.setPropertyResolved(true);
        return result;
    }

    /** Null for what Java's own methods do as well. */
    private static @Nullable Object call(String text, String method, List<String> arguments) {
        String first = arguments.isEmpty() ? null : arguments.getFirst();
        return switch (method) {
            case "startswith" -> first == null ? null : text.startsWith(first);
            case "endswith" -> first == null ? null : text.endsWith(first);
            case "strip" -> strip(text, first, true, true);
            case "lstrip" -> strip(text, first, true, false);
            case "rstrip" -> strip(text, first, false, true);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "split" -> first == null ? null : split(text, first);
            default -> null;
        };
    }

    /** As Python: white space of Unicode, or any of the characters. */
    static String strip(String text, @Nullable String characters, boolean left, boolean right) {
        int start = 0;
        int end = text.length();
        while (left && start < end && isStripped(text.charAt(start), characters)) start++;
        while (right && end > start && isStripped(text.charAt(end - 1), characters)) end--;
        return text.substring(start, end);
    }

    private static boolean isStripped(char c, @Nullable String characters) {
        if (characters != null) return characters.indexOf(c) >= 0;
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }

    private static PyList split(String text, String separator) {
        List<Object> parts = new ArrayList<>();
        int from = 0;
        int at = separator.isEmpty() ? -1 : text.indexOf(separator);
        while (at >= 0) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
            at = text.indexOf(separator, from);
        }
        parts.add(text.substring(from));
        return new PyList(parts);
    }

    @Override
    public @Nullable Object getValue(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public @Nullable Class<?> getType(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {}

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public @Nullable Iterator<FeatureDescriptor> getFeatureDescriptors(
            ELContext context, Object base) {
        return null;
    }

    @Override
    public @Nullable Class<?> getCommonPropertyType(ELContext context, Object base) {
        return null;
    }
}
