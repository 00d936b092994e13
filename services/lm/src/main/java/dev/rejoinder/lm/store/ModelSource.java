package dev.rejoinder.lm.store;

import java.io.IOException;
import java.nio.file.Path;

/** Somewhere one file can be had from. */
interface ModelSource {
    /** For people: what would be asked. */
    String describe();

    /**
     * Writes the file, complete or not at all.
     *
     * @throws IOException with a reason of one line
     * @throws InterruptedException if the thread was interrupted; only what the next call can
     *     resume is left behind
     */
    void fetch(Path target, Progress progress) throws IOException, InterruptedException;
}
