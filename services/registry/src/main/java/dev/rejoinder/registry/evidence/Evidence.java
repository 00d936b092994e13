package dev.rejoinder.registry.evidence;

/** Both arms of a trial, counted over the same time. */
public record Evidence(Tally canary, Tally champion) {
    public static final Evidence NONE = new Evidence(Tally.NONE, Tally.NONE);
}
