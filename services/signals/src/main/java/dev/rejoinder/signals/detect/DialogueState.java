package dev.rejoinder.signals.detect;

/** Where the dialogue stands after the follow-up. */
public enum DialogueState {
    /** Nobody can tell. */
    UNKNOWN,
    /** Speaks about the reply. */
    FEEDBACK,
    /** Changes or sharpens the request. */
    REFINEMENT,
    /** Goes on with the subject. */
    CONTINUATION,
    /** Another subject. */
    NEW_TOPIC
}
