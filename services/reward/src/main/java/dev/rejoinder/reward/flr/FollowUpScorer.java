package dev.rejoinder.reward.flr;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Teacher-forced log-probabilities of replies and of given follow-ups to them, under the base
 * model. A follow-up is the next user turn after the reply and the template's tokens between them;
 * only its own tokens count. Thread-safe.
 */
public final class FollowUpScorer {
    private final LanguageModel model;
    private final PromptTokens prompts;
    private final int[] bridge;

    /** As far as the model's context reaches. */
    public FollowUpScorer(LanguageModel model) {
        this(model, model.info().contextLength());
    }

    /**
     * @param limit most tokens of prompt, reply and follow-up together; older messages are left out
     */
    public FollowUpScorer(LanguageModel model, int limit) {
        this.model = model;
        this.prompts = new PromptTokens(model, limit);
        this.bridge = model.chat().followUpBridge();
    }

    /** One chat's tokens. */
    private record Encoded(int[] prompt, int[] reply, List<int[]> followUps) {
        boolean empty() {
            return reply.length == 0 && followUps.isEmpty();
        }
    }

    /**
     * @return one score for each chat, in their order
     * @throws Refusal if a chat exceeds the limit even without its older messages
     * @throws IllegalArgumentException if the chat template refuses the messages
     */
    public List<FollowedScore> score(List<FollowedChat> chats) {
        List<Encoded> encoded = chats.stream().map(this::encode).toList();
        List<Pack> packs = encoded.stream().filter(e -> !e.empty()).map(this::pack).toList();
        if (packs.isEmpty()) return chats.stream().map(c -> nothing()).toList();

        Iterator<float[][]> logProbs = List.of(model.score(packs, null)).iterator();
        return encoded.stream()
                .map(e -> e.empty() ? nothing() : score(e, logProbs.next()))
                .toList();
    }

    private static FollowedScore nothing() {
        return new FollowedScore(new float[0], List.of());
    }

    private Encoded encode(FollowedChat chat) {
        int[] reply = model.tokenizer().encode(chat.chat().reply());
        List<int[]> followUps =
                chat.followUps().stream().map(f -> model.tokenizer().encode(f)).toList();
        int after = reply.length + bridge.length + Tokens.longest(followUps);
        return new Encoded(prompts.within(chat.chat().prompt(), after), reply, followUps);
    }

    /** Every follow-up behind the reply: the pack reads what they begin with once. */
    private Pack pack(Encoded e) {
        if (e.followUps().isEmpty()) return new Pack(e.prompt(), List.of(e.reply()));
        return new Pack(
                e.prompt(),
                e.followUps().stream().map(f -> Tokens.join(e.reply(), bridge, f)).toList());
    }

    /**
     * @param logProbs {@code [continuation][token]} of this chat's pack
     */
    private FollowedScore score(Encoded e, float[][] logProbs) {
        float[] reply = Arrays.copyOf(logProbs[0], e.reply().length);
        int skipped = e.reply().length + bridge.length;
        List<FollowedScore.FollowUpScore> scores = new ArrayList<>();
        for (int f = 0; f < e.followUps().size(); f++) {
            float[] own = Arrays.copyOfRange(logProbs[f], skipped, logProbs[f].length);
            scores.add(new FollowedScore.FollowUpScore(Tokens.mean(own), own.length));
        }
        return new FollowedScore(reply, scores);
    }
}
