package dev.rejoinder.inference.chat;

import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import java.util.ArrayList;
import java.util.List;

/** A reply while its tokens come in; belongs to the chat's thread. */
final class GrowingReply {
    private final int index;
    private final StringBuilder text = new StringBuilder();
    private final List<GeneratedToken> tokens = new ArrayList<>();
    private long firstTokenNanos;
    private String rest = "";
    private Reply reply;

    GrowingReply(int index) {
        this.index = index;
        this.reply = new Reply(index, "", FinishReason.CANCELLED, List.of(), 0);
    }

    void add(GeneratedToken token, long nanos) {
        if (tokens.isEmpty()) firstTokenNanos = nanos;
        tokens.add(token);
        text.append(token.text());
    }

    Reply end(FinishReason reason, String heldBack) {
        rest = heldBack;
        text.append(heldBack);
        reply = new Reply(index, text.toString(), reason, tokens, firstTokenNanos);
        return reply;
    }

    /** As it ended. */
    Reply reply() {
        return reply;
    }

    /** The end of its text that no token's text had. */
    String rest() {
        return rest;
    }
}
