package dev.rejoinder.lm.store;

/** Told how a fetch goes on, from the fetching thread; shall return quickly. */
public interface Progress {
    /** Nobody looks. */
    Progress SILENT = new Progress() {};

    /**
     * @param what is being fetched, such as a file's name
     * @param totalBytes -1 if the source does not say
     */
    default void advanced(String what, long bytes, long totalBytes) {}

    /** A turn of events, one line: which source is asked, why one was given up. */
    default void noted(String line) {}
}
