package dev.rejoinder.inference.chat;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import java.util.Map;

/** Refusals of a field: what, the value, the limit and the remedy. */
public final class Invalid {
    private static final int SHOWN = 64;

    private Invalid() {}

    /** A number out of range: {@code n of 99 is outside 1 to 16; ask for 1 to 16}. */
    public static Refusal outside(String field, Object value, String limit, String remedy) {
        return field(field, value, limit, "of %s is outside %s".formatted(value, limit), remedy);
    }

    /** {@code max_tokens "ten" is not an integer; send a number such as 256}. */
    public static Refusal field(
            String field, Object value, String limit, String what, String remedy) {
        String name = shown(field);
        return new Refusal(
                Refusal.Kind.INVALID,
                ErrorReason.ERROR_REASON_FIELD_INVALID,
                "%s %s; %s".formatted(name, what, remedy),
                Map.of("field", name, "value", shown(value), "limit", limit));
    }

    /** A value that may be long or odd, made fit for one line. */
    public static String shown(Object value) {
        String text = String.valueOf(value).replaceAll("\\p{Cntrl}", " ");
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
