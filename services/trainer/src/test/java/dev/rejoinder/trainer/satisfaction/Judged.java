package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.lm.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/** Users who like it short: satisfied with short replies, complaining about long ones. */
public final class Judged {
    private Judged() {}

    /** As many replies of each kind, each of another user. */
    public static List<JudgedReply> of(int eachKind) {
        List<JudgedReply> replies = new ArrayList<>();
        for (int i = 0; i < eachKind; i++) {
            replies.add(reply(2 * i, "Thing " + i + " is " + i % 7 + ".", true));
            replies.add(reply(2 * i + 1, longReply(i), false));
        }
        return replies;
    }

    static String longReply(int i) {
        return "Oh, thing " + i + " is a long story that nobody would want to tell in one line.";
    }

    static JudgedReply reply(int i, String text, boolean satisfied) {
        return new JudgedReply(
                "turn-" + i,
                List.of(ChatMessage.user("What is thing " + i + "?")),
                text,
                satisfied,
                "judge-" + i);
    }
}
