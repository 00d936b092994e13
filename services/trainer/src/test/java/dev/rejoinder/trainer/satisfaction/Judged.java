package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.trainer.dataset.Pair;
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
        return new JudgedReply(text, satisfied, "judge-" + i);
    }

    /** The same pair with a chosen reply that these users would complain about. */
    public static Pair unsatisfying(Pair pair) {
        return new Pair(
                pair.id(),
                pair.prompt(),
                new Pair.Reply(longReply(pair.id().length()), true),
                pair.rejected(),
                pair.provenance());
    }
}
