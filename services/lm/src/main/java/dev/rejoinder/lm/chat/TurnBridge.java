package dev.rejoinder.lm.chat;

import java.util.List;

/** What a template writes between an assistant's content and the next user's. */
final class TurnBridge {
    /** Words no template contains, and none alters. */
    private static final String REPLY = "rejoinderreply";

    private static final String FOLLOW_UP = "rejoinderfollowup";

    private TurnBridge() {}

    /**
     * @throws IllegalArgumentException if the template fails on a plain dialogue or leaves a
     *     content out
     */
    static String of(ChatTemplate template) {
        List<ChatMessage> dialogue =
                List.of(
                        ChatMessage.user("rejoinderrequest"),
                        ChatMessage.assistant(REPLY),
                        ChatMessage.user(FOLLOW_UP));
        String rendered;
        try {
            rendered = template.render(dialogue, false);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        int reply = rendered.indexOf(REPLY);
        int followUp = rendered.indexOf(FOLLOW_UP);
        if (reply < 0 || followUp < reply) {
            throw new IllegalArgumentException(
                    "its chat template leaves messages of a plain dialogue out");
        }
        return rendered.substring(reply + REPLY.length(), followUp);
    }
}
