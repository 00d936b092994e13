package dev.rejoinder.reward.flr;

import java.util.List;

/**
 * A reply, and what the user may say next.
 *
 * @param followUps each scored alone; may be empty, none of them blank
 */
public record FollowedChat(RepliedChat chat, List<String> followUps) {
    public FollowedChat {
        followUps = List.copyOf(followUps);
        for (String f : followUps)
            if (f.isBlank())
                throw new IllegalArgumentException("a follow-up is empty; leave it out");
    }
}
