package dev.rejoinder.signals.join;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.chat.ChatMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes the turns of one chat the way inference records them: the whole history every time. */
public final class Conversation {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final String id;
    private final String user;
    private final List<ChatMessage> history = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private String chain = "";

    public Conversation(String id, String user) {
        this.id = id;
        this.user = user;
    }

    /** One more request and the reply it got. */
    public Turn turn(String request, String reply) {
        history.add(ChatMessage.user(request));
        String before = chain;
        chain = Digests.sha256(chain, request, reply);
        Turn turn =
                new Turn(
                        Digests.id("turn", id, String.valueOf(turns.size())),
                        id,
                        List.copyOf(history),
                        reply,
                        new Turn.Answerer("tiny", "v" + turns.size(), "base", ""),
                        before,
                        chain,
                        user,
                        true,
                        START.plusSeconds(turns.size()));
        history.add(ChatMessage.assistant(reply));
        turns.add(turn);
        return turn;
    }
}
