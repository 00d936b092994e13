package dev.rejoinder.kernel.log;

import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A lower-case message that says what, and key-values that say who: {@code turn recorded
 * turnId=5f.. durationMs=12}. Only keys of the dictionary are taken, so that no prompt's or reply's
 * text can slip into a log.
 */
public final class Log {
    private static final Set<String> KEYS =
            Set.of(
                    "turnId",
                    "conversationId",
                    "userHash",
                    "modelId",
                    "modelVersion",
                    "adapter",
                    "runId",
                    "pairId",
                    "topic",
                    "partition",
                    "offset",
                    "reason",
                    "durationMs",
                    "count",
                    "step",
                    "stage",
                    "state",
                    "service",
                    "address",
                    "file");

    private final Logger logger;

    private Log(Logger logger) {
        this.logger = logger;
    }

    public static Log of(Class<?> where) {
        return new Log(Logger.getLogger(where));
    }

    /**
     * @param keyValues key, value, key, value, ...
     */
    public void info(String message, @Nullable Object... keyValues) {
        if (logger.isInfoEnabled()) logger.info(line(message, keyValues));
    }

    public void debug(String message, @Nullable Object... keyValues) {
        if (logger.isDebugEnabled()) logger.debug(line(message, keyValues));
    }

    public void warn(String message, @Nullable Object... keyValues) {
        logger.warn(line(message, keyValues));
    }

    public void error(String message, Throwable cause, @Nullable Object... keyValues) {
        logger.error(line(message, keyValues), cause);
    }

    static String line(String message, @Nullable Object... keyValues) {
        if (keyValues.length % 2 != 0)
            throw new IllegalArgumentException("a key without a value after \"" + message + "\"");
        StringBuilder line = new StringBuilder(message);
        for (int i = 0; i < keyValues.length; i += 2) {
            String key = String.valueOf(keyValues[i]);
            if (!KEYS.contains(key))
                throw new IllegalArgumentException(
                        "\"" + key + "\" is not in the log dictionary; add it there");
            line.append(' ').append(key).append('=').append(onOneLine(keyValues[i + 1]));
        }
        return line.toString();
    }

    /** So that nothing from outside can forge a line of the log. */
    private static String onOneLine(@Nullable Object value) {
        return String.valueOf(value).replaceAll("\\R", " ");
    }
}
