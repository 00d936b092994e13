package dev.rejoinder.reward.flr;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.score.Pack;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * FLR under the base model: {@code r(x, y) = mean_d (mean_{f in F_d+} s(f | x, y) - mean_{f in
 * F_d-} s(f | x, y))} with {@code s} the mean log-probability of a follow-up's tokens as the next
 * user turn. All follow-ups of a reply are scored in one pass behind a shared prefix. Thread-safe.
 */
public final class FlrScorer {
    /** Most tokens of a prompt, a reply and a follow-up: what comes before says little by then. */
    public static final int DEFAULT_LIMIT = 2048;

    /** Prompts whose baseline is remembered: samples of one prompt are scored one after another. */
    private static final int REMEMBERED = 512;

    private final LanguageModel model;
    private final @Nullable Adapter adapter;
    private final FollowUps followUps;
    private final PromptTokens prompts;
    private final List<int[]> sentences;
    private final int[] bridge;
    private final Object baselinesLock = new Object();
    private final Map<IntBuffer, Double> baselines =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<IntBuffer, Double> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /** The base's scores. */
    public FlrScorer(LanguageModel model) {
        this(model, null, DEFAULT_LIMIT);
    }

    /**
     * @param adapter through which the model reads; null for the base
     * @param limit most tokens of prompt, reply and follow-up together; older messages are left out
     */
    public FlrScorer(LanguageModel model, @Nullable Adapter adapter, int limit) {
        this.model = model;
        this.adapter = adapter;
        this.followUps = FollowUps.committed();
        this.prompts = new PromptTokens(model, limit);
        this.sentences =
                followUps.sentences().stream()
                        .map(s -> model.tokenizer().encode(s.text()))
                        .toList();
        this.bridge = model.chat().followUpBridge();
    }

    /** Name and version. */
    public String name() {
        return followUps.scorer();
    }

    /** Whether the chat can be scored, cut where it has to be. */
    public boolean fits(RepliedChat chat) {
        try {
            encode(chat);
            return true;
        } catch (Refusal e) {
            return false;
        }
    }

    private record Encoded(int[] prompt, int[] reply) {}

    /**
     * Scores replies; replies to the same prompt share its baseline.
     *
     * @return one reward for each chat, in their order
     * @throws Refusal if a chat exceeds the limit even without its older messages
     * @throws IllegalArgumentException if the chat template refuses the messages
     */
    public List<Reward> score(List<RepliedChat> chats) {
        List<Encoded> encoded = chats.stream().map(this::encode).toList();
        List<Pack> packs = new ArrayList<>();
        for (Encoded e : encoded) packs.add(pack(e.prompt(), e.reply()));
        List<IntBuffer> unknown = unknownBaselines(encoded);
        for (IntBuffer prompt : unknown) packs.add(pack(prompt.array(), new int[0]));
        if (packs.isEmpty()) return List.of();

        float[][][] logProbs = model.score(packs, adapter);
        Map<IntBuffer, Double> fresh = new LinkedHashMap<>();
        for (int i = 0; i < unknown.size(); i++)
            fresh.put(unknown.get(i), total(dimensions(logProbs[chats.size() + i])));
        List<Reward> rewards = new ArrayList<>();
        for (int i = 0; i < chats.size(); i++) {
            IntBuffer prompt = IntBuffer.wrap(encoded.get(i).prompt());
            Map<Dimension, Double> dimensions = dimensions(logProbs[i]);
            double total = total(dimensions);
            rewards.add(new Reward(total, dimensions, total - baseline(prompt, fresh), name()));
        }
        return List.copyOf(rewards);
    }

    private Encoded encode(RepliedChat chat) {
        int[] reply = model.tokenizer().encode(chat.reply());
        int after = reply.length + bridge.length + Tokens.longest(sentences);
        return new Encoded(prompts.within(chat.prompt(), after), reply);
    }

    private Pack pack(int[] prompt, int[] reply) {
        return new Pack(Tokens.join(prompt, reply, bridge), sentences);
    }

    private List<IntBuffer> unknownBaselines(List<Encoded> encoded) {
        synchronized (baselinesLock) {
            return encoded.stream()
                    .map(e -> IntBuffer.wrap(e.prompt()))
                    .distinct()
                    .filter(p -> !baselines.containsKey(p))
                    .toList();
        }
    }

    /** Remembered values may have been pushed out meanwhile, so fresh ones come first. */
    private double baseline(IntBuffer prompt, Map<IntBuffer, Double> fresh) {
        synchronized (baselinesLock) {
            Double value = fresh.get(prompt);
            if (value != null) baselines.put(prompt, value);
            else value = baselines.get(prompt);
            if (value == null)
                throw new IllegalStateException("a baseline was neither known nor computed");
            return value;
        }
    }

    /**
     * @param logProbs {@code [sentence][token]}
     */
    private Map<Dimension, Double> dimensions(float[][] logProbs) {
        double[] scores = new double[logProbs.length];
        for (int i = 0; i < scores.length; i++) scores[i] = Tokens.mean(logProbs[i]);
        Map<Dimension, Double> dimensions = new EnumMap<>(Dimension.class);
        for (Dimension d : Dimension.values()) dimensions.put(d, followUps.reward(d, scores));
        return dimensions;
    }

    private static double total(Map<Dimension, Double> dimensions) {
        return dimensions.values().stream().mapToDouble(d -> d).average().orElseThrow();
    }
}
