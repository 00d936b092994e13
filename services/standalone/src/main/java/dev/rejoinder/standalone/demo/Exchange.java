package dev.rejoinder.standalone.demo;

import dev.rejoinder.testkit.users.Feeling;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request of a user and the reply it got, with the truth that only the user knows.
 *
 * @param phase in which part of the demo
 * @param turn of its conversation, 1 and up
 * @param prompt the user's last message
 * @param version as the reply named it; empty if it did not
 * @param met whether the reply is as the user likes it
 * @param felt what the user felt about it; null where the user did not look (a reply to a thanks)
 * @param shown what the user's next message shows of it; null where there was none
 */
public record Exchange(
        Phase phase,
        int turn,
        String prompt,
        String reply,
        String completionId,
        String version,
        Instant askedAt,
        Instant answeredAt,
        boolean met,
        @Nullable Feeling felt,
        @Nullable Feeling shown) {
    /** Parts of the demo in which somebody asks something. */
    public enum Phase {
        BEFORE,
        LEARNING,
        ROLLOUT,
        AFTER
    }

    boolean spans(Instant moment) {
        return !askedAt.isAfter(moment) && !answeredAt.isBefore(moment);
    }
}
