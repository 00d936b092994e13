package dev.rejoinder.standalone.client;

/** What came of a request. */
public sealed interface ChatOutcome {
    /**
     * A reply.
     *
     * @param completionId as the API names it
     * @param finishReason {@code stop} or {@code length}
     * @param version the model version that answered ({@code system_fingerprint}); empty if the
     *     platform did not say
     */
    record Answered(String completionId, String text, String finishReason, String version)
            implements ChatOutcome {}

    /**
     * No reply.
     *
     * @param status of HTTP; 0 if nothing came back
     * @param message the API's own words
     */
    record Refused(int status, String message) implements ChatOutcome {}
}
