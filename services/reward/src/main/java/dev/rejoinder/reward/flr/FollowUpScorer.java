package dev.rejoinder.reward.flr;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.Arrays;
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

    /**
     * One chat's tokens.
     *
     * @param together whether reply and follow-ups share a pack: every continuation then repeats
     *     the reply, which costs less than running the prompt twice unless there are many of them
     */
    private record Encoded(int[] prompt, int[] reply, List<int[]> followUps, boolean together) {
        static Encoded of(int[] prompt, int[] reply, List<int[]> followUps) {
            boolean cheap = (followUps.size() - 2L) * reply.length <= prompt.length;
            return new Encoded(prompt, reply, followUps, !followUps.isEmpty() && cheap);
        }
    }

    /**
     * @return one score for each chat, in their order
     * @throws Refusal if a chat exceeds the limit even without its older messages
     * @throws IllegalArgumentException if the chat template refuses the messages
     */
    public List<FollowedScore> score(List<FollowedChat> chats) {
        List<Encoded> encoded = chats.stream().map(this::encode).toList();
        List<Pack> packs = new ArrayList<>();
        for (Encoded e : encoded) addPacks(e, packs);
        if (packs.isEmpty()) return chats.stream().map(c -> nothing()).toList();

        float[][][] logProbs = model.score(packs, null);
        List<FollowedScore> scores = new ArrayList<>();
        int at = 0;
        for (Encoded e : encoded) {
            int count = packsOf(e);
            scores.add(score(e, Arrays.copyOfRange(logProbs, at, at + count)));
            at += count;
        }
        return List.copyOf(scores);
    }

    private static FollowedScore nothing() {
        return new FollowedScore(new float[0], List.of());
    }

    private Encoded encode(FollowedChat chat) {
        int[] reply = model.tokenizer().encode(chat.chat().reply());
        List<int[]> followUps =
                chat.followUps().stream().map(f -> model.tokenizer().encode(f)).toList();
        int after = reply.length + bridge.length + Tokens.longest(followUps);
        return Encoded.of(prompts.within(chat.chat().prompt(), after), reply, followUps);
    }

    private static int packsOf(Encoded e) {
        if (e.together()) return 1;
        return (e.reply().length > 0 ? 1 : 0) + (e.followUps().isEmpty() ? 0 : 1);
    }

    private void addPacks(Encoded e, List<Pack> packs) {
        if (e.together()) {
            packs.add(
                    new Pack(
                            e.prompt(),
                            e.followUps().stream()
                                    .map(f -> Tokens.join(e.reply(), bridge, f))
                                    .toList()));
            return;
        }
        if (e.reply().length > 0) packs.add(new Pack(e.prompt(), List.of(e.reply())));
        if (!e.followUps().isEmpty())
            packs.add(new Pack(Tokens.join(e.prompt(), e.reply(), bridge), e.followUps()));
    }

    /**
     * @param logProbs {@code [pack][continuation][token]} of this chat's packs
     */
    private FollowedScore score(Encoded e, float[][][] logProbs) {
        if (logProbs.length == 0) return nothing();
        float[] reply =
                e.reply().length == 0
                        ? new float[0]
                        : Arrays.copyOf(logProbs[0][0], e.reply().length);
        float[][] behind = logProbs[logProbs.length - 1];
        int skipped = e.together() ? e.reply().length + bridge.length : 0;
        List<FollowedScore.FollowUpScore> scores = new ArrayList<>();
        for (int f = 0; f < e.followUps().size(); f++) {
            float[] own = Arrays.copyOfRange(behind[f], skipped, behind[f].length);
            scores.add(new FollowedScore.FollowUpScore(Tokens.mean(own), own.length));
        }
        return new FollowedScore(reply, scores);
    }
}
