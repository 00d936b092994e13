package dev.rejoinder.standalone.client;

import java.util.Locale;

/** Constants of the contracts as people read them. */
public final class EnumWords {
    private EnumWords() {}

    /** {@code ORIGIN_ON_POLICY} less its prefix {@code ORIGIN_} is "on policy". */
    public static String of(String name, String prefix) {
        return name.replace(prefix, "").toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
