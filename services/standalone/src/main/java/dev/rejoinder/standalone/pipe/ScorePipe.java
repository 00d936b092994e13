package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.score.Pack;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A reply's token log-probabilities, and how likely given follow-ups are as the user's next turn
 * (their own tokens only; arXiv 2409.13948).
 */
public final class ScorePipe implements JsonLines.Answer {
    private final LanguageModel model;
    private final @Nullable Adapter adapter;

    public ScorePipe(LanguageModel model, @Nullable Adapter adapter) {
        this.model = model;
        this.adapter = adapter;
    }

    @Override
    public CompletableFuture<ObjectNode> to(ObjectNode line) {
        List<ChatMessage> messages = ChatLine.messages(line, Role.ASSISTANT);
        List<String> followUps = ChatLine.followUps(line);
        int[] prompt = model.chat().prompt(messages.subList(0, messages.size() - 1));
        int[] reply = model.tokenizer().encode(messages.getLast().content());
        if (reply.length == 0) throw new BadLine("the reply to score is empty");
        return CompletableFuture.completedFuture(answer(prompt, reply, followUps));
    }

    private ObjectNode answer(int[] prompt, int[] reply, List<String> followUps) {
        List<int[]> tokens = followUps.stream().map(model.tokenizer()::encode).toList();
        int[] before = joined(reply, model.chat().followUpBridge());
        List<int[]> behind =
                tokens.isEmpty()
                        ? List.of(reply)
                        : tokens.stream().map(f -> joined(before, f)).toList();
        float[][] scores = model.score(List.of(new Pack(prompt, behind)), adapter)[0];
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode replyLogProbs = answer.putArray("reply_log_probs");
        for (int i = 0; i < reply.length; i++) replyLogProbs.add(scores[0][i]);
        ArrayNode list = answer.putArray("follow_ups");
        for (int i = 0; i < followUps.size(); i++)
            list.addObject()
                    .put("text", followUps.get(i))
                    .put("mean_log_prob", mean(scores[i], before.length))
                    .put("tokens", tokens.get(i).length);
        return answer;
    }

    private static double mean(float[] values, int from) {
        return IntStream.range(from, values.length)
                .mapToDouble(i -> values[i])
                .average()
                .orElseThrow();
    }

    private static int[] joined(int[]... parts) {
        return java.util.Arrays.stream(parts).flatMapToInt(java.util.Arrays::stream).toArray();
    }
}
