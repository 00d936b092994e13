package dev.rejoinder.inference.chat;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.chat.v1.ModelVersion;

/** Hears how chats go, for metrics; must not block. */
public interface ChatObserver {
    /** A chat was answered in full. */
    void answered(ModelVersion version, int promptTokens, int replies, long nanos);

    /** Its client went away before the end. */
    void cancelled();

    /** It was refused; also where it never became a chat. */
    void refused(Refusal refusal);

    /** A call that is no chat: a wrong path, method or media type, or too large a body. */
    void turnedAway(String code);

    /** It failed by our fault. */
    void failed();

    /** One reply ended, wanted or not, and cost so many tokens. */
    void spent(Reply reply);

    /** A reply was answered that is to be recorded. */
    void toRecord();

    /** Its turn is on disk. */
    void recorded();
}
