package dev.rejoinder.inference.chat;

import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import org.jspecify.annotations.Nullable;

/** What the stepping thread and the spool's thread hand to the chat's own. */
sealed interface ReplyEvent {
    int index();

    /** A token was drawn, so long after the chat's arrival. */
    record Drawn(int index, GeneratedToken token, long nanos) implements ReplyEvent {}

    /** The row left the batch. */
    record Ended(int index, FinishReason reason, String rest, @Nullable RuntimeException error)
            implements ReplyEvent {}

    /** The turn is on disk, or could not be written. */
    record Kept(int index, @Nullable Throwable failure) implements ReplyEvent {}
}
