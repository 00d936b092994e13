package dev.rejoinder.inference.chat;

import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.proto.chat.v1.ModelVersion;

/** Receives a chat's replies on the chat's own thread; it may block, and it may throw. */
public interface ReplyListener {
    /** Once, before anything else: the chat was accepted. */
    void begun(Begun chat);

    /** A token was drawn and its text has become certain. */
    void token(int index, GeneratedToken token);

    /** A reply is complete and, if turns are recorded, on disk. */
    void finished(Reply reply, String rest);

    /**
     * A chat under way.
     *
     * @param promptTokens tokens of the prompt
     * @param cancel ends it, from any thread: its client went away
     */
    record Begun(String completionId, ModelVersion version, int promptTokens, Runnable cancel) {}
}
