package dev.rejoinder.lm.generate;

import org.jspecify.annotations.Nullable;

/** Receives a reply as it grows, on the thread that steps the batch: it must not block. */
public interface TokenSink {
    void token(GeneratedToken token);

    /**
     * The last call of every request.
     *
     * @param rest text held back (a possible start of a stop text) that turned out to belong to the
     *     reply
     * @param error set only for {@link FinishReason#ERROR}
     */
    void finished(FinishReason reason, String rest, @Nullable RuntimeException error);
}
