package dev.rejoinder.signals.detect;

import java.util.List;

/** Reads follow-ups. Thread-safe; the same exchange always gives the same reading. */
public interface Detector {
    /** Name and version, part of every event's id: a new version reads everything anew. */
    String name();

    /**
     * Reads a whole batch at once, because a language model reads many texts in one pass.
     *
     * @return one reading for each exchange, in their order
     */
    List<Reading> read(List<Exchange> exchanges);
}
