package dev.rejoinder.signals.join;

import dev.rejoinder.signals.detect.Exchange;

/**
 * A reply and what the user said next.
 *
 * @param judged the turn whose reply is spoken of
 * @param following the turn whose last user message is the follow-up; its reply is the next one
 */
public record FollowedTurn(Turn judged, Turn following) {
    public FollowedTurn {
        if (following.followUp().isEmpty())
            throw new IllegalArgumentException(
                    "turn " + following.turnId() + " does not end with words of the user");
    }

    public String followUp() {
        return following.followUp().orElseThrow();
    }

    public Exchange exchange() {
        return new Exchange(judged.request(), judged.reply(), followUp());
    }

    /** Whether both turns may be trained on. */
    public boolean trainingConsent() {
        return judged.trainingConsent() && following.trainingConsent();
    }
}
