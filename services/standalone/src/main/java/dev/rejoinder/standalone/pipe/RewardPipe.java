package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.reward.flr.FlrScorer;
import dev.rejoinder.reward.flr.RepliedChat;
import dev.rejoinder.reward.flr.Reward;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** FLR of a reply: how much likelier a satisfied follow-up is than a dissatisfied one. */
public final class RewardPipe implements JsonLines.Answer {
    private final FlrScorer scorer;

    public RewardPipe(FlrScorer scorer) {
        this.scorer = scorer;
    }

    @Override
    public CompletableFuture<ObjectNode> to(ObjectNode line) {
        RepliedChat chat = RepliedChat.endingWith(ChatLine.messages(line, Role.ASSISTANT));
        Reward reward = scorer.score(List.of(chat)).getFirst();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("reward", reward.total());
        ObjectNode dimensions = answer.putObject("dimensions");
        reward.dimensions().forEach((d, value) -> dimensions.put(d.label(), value));
        answer.put("scorer", reward.scorer());
        return CompletableFuture.completedFuture(answer);
    }
}
