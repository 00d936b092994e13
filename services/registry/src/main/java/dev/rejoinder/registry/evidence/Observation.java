package dev.rejoinder.registry.evidence;

import java.time.Instant;

/**
 * One confident signal.
 *
 * @param eventId the signal's; the same event counts once however often it comes
 * @param version name of the version whose reply is judged
 * @param at when the follow-up was answered
 */
public record Observation(
        String eventId, String modelId, String version, Outcome outcome, Instant at) {}
