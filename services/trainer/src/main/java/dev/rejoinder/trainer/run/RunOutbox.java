package dev.rejoinder.trainer.run;

import java.util.List;

/** States of runs that wait to be published, in the order they were reached. */
public interface RunOutbox {
    List<Entry> oldest(int limit);

    void removeUpTo(long sequence);

    /**
     * One state.
     *
     * @param event the record's value
     */
    record Entry(long sequence, String runId, byte[] event) {}
}
