package dev.rejoinder.testkit.users;

/** What a user felt about a reply, or showed. */
public enum Feeling {
    SATISFIED,
    DISSATISFIED,
    /** Shown only: went on without a word about the reply. */
    NEUTRAL
}
