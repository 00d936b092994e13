package dev.rejoinder.trainer.evaluate;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.TrainingPair;
import dev.rejoinder.trainer.loss.PairLogProbs;
import dev.rejoinder.trainer.loss.PairObjective;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares adapters of one run with the champion. Made once a run: the champion answers once, then
 * each candidate answers the same prompts under the same seeds.
 */
public final class Evaluation {
    /**
     * How much is looked at.
     *
     * @param prompts most prompts to answer; held-out ones first, then trained ones
     * @param maxTokens most tokens of a reply
     * @param batch replies decoded together
     */
    public record Effort(int prompts, int maxTokens, int batch) {
        public Effort {
            new ReplySampler.Plan(prompts, maxTokens, batch, 0);
        }
    }

    /**
     * What the candidates are judged on.
     *
     * @param train pairs they were trained on
     * @param heldOut pairs they were not, at least one
     * @param seed of the sampled replies
     */
    public record Material(List<TrainingPair> train, List<TrainingPair> heldOut, long seed) {
        public Material {
            if (heldOut.isEmpty())
                throw new IllegalArgumentException("nothing was held out to judge an adapter on");
        }
    }

    /**
     * With what it is done.
     *
     * @param stop asked between passes; the evaluation ends with an {@link
     *     dev.rejoinder.trainer.dataset.InterruptedRunException} when it says so
     */
    public record Setting(LanguageModel model, Effort effort, BooleanSupplier stop) {}

    private final LanguageModel model;
    private final Material material;
    private final Scorer scorer;
    private final ReplySampler sampler;
    private final List<Pair> asked;
    private final List<int[]> prompts;
    private final List<String> championReplies;
    private final HeldOutText text;
    private final double basePerplexity;
    private final ComplaintGain.Gain wished;

    private Evaluation(Setting setting, Material material, @Nullable Adapter champion) {
        Effort effort = setting.effort();
        this.model = setting.model();
        this.material = material;
        this.scorer = new Scorer(model, setting.stop());
        this.sampler =
                new ReplySampler(
                        model,
                        new ReplySampler.Plan(
                                effort.prompts(),
                                effort.maxTokens(),
                                effort.batch(),
                                material.seed()),
                        setting.stop());
        this.asked = differentPrompts(material, effort.prompts());
        this.prompts = asked.stream().map(p -> model.chat().prompt(p.prompt())).toList();
        this.championReplies = sampler.sample(prompts, champion);
        this.text = HeldOutText.of(model);
        this.basePerplexity = text.perplexity(scorer, null);
        this.wished =
                new ComplaintGain(model, scorer)
                        .of(
                                cases(
                                        i -> asked.get(i).rejected().text(),
                                        i -> asked.get(i).chosen().text()));
    }

    /** Lets the champion answer; null means the base is the champion. */
    public static Evaluation against(
            @Nullable Adapter champion, Material material, Setting setting) {
        return new Evaluation(setting, material, champion);
    }

    /**
     * Lets the candidate answer and measures it.
     *
     * @param largestGradientNorm of the steps that made it
     */
    public Measurements measure(Adapter candidate, double largestGradientNorm) {
        List<String> replies = sampler.sample(prompts, candidate);
        List<String> questions = asked.stream().map(Evaluation::question).toList();
        Told told = tellApart(candidate);
        return new Measurements(
                new Measurements.HeldOut(material.heldOut().size(), told.accuracy()),
                complaints(replies),
                new Measurements.Text(basePerplexity, text.perplexity(scorer, candidate)),
                baseLogProb(replies),
                ReplyStatistics.of(questions, replies),
                ReplyStatistics.of(questions, championReplies),
                askedLengthRatio(),
                new Measurements.Change(told.change(), largestGradientNorm));
    }

    private record Told(double accuracy, double change) {}

    private Told tellApart(Adapter candidate) {
        List<TrainingPair> pairs = material.heldOut();
        List<float[][]> scored =
                scorer.score(pairs.stream().map(TrainingPair::pack).toList(), candidate);
        int right = 0;
        double moved = 0;
        long tokens = 0;
        for (int i = 0; i < pairs.size(); i++) {
            float[] chosen = scored.get(i)[PairObjective.CHOSEN];
            float[] rejected = scored.get(i)[PairObjective.REJECTED];
            PairLogProbs.Reference reference = pairs.get(i).reference();
            PairLogProbs pair =
                    new PairLogProbs(
                            PairObjective.sum(chosen), PairObjective.sum(rejected), reference);
            if (pair.logRatioDifference() > 0) right++;
            moved += Math.abs(pair.policyChosen() - reference.chosen());
            moved += Math.abs(pair.policyRejected() - reference.rejected());
            tokens += chosen.length + rejected.length;
        }
        return new Told((double) right / pairs.size(), moved / tokens);
    }

    private Measurements.Complaints complaints(List<String> replies) {
        ComplaintGain.Gain gain =
                new ComplaintGain(model, scorer)
                        .of(cases(i -> championReplies.get(i), i -> replies.get(i)));
        return new Measurements.Complaints(
                gain.asked(), gain.mean(), gain.standardError(), wished.mean());
    }

    private List<ComplaintGain.Case> cases(IntFunction<String> before, IntFunction<String> after) {
        return IntStream.range(0, asked.size())
                .mapToObj(i ->
                        new ComplaintGain.Case(
                                prompts.get(i),
                                asked.get(i).provenance().followUp(),
                                before.apply(i),
                                after.apply(i)))
                .toList();
    }

    private double baseLogProb(List<String> replies) {
        List<Pack> packs = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            int[] tokens = model.tokenizer().encode(replies.get(i));
            if (tokens.length > 0) packs.add(new Pack(prompts.get(i), List.of(tokens)));
        }
        return scorer.score(packs, null).stream()
                .mapToDouble(p -> Scorer.mean(p[0]))
                .average()
                .orElse(Double.NaN);
    }

    private double askedLengthRatio() {
        double chosen = 0;
        double rejected = 0;
        for (TrainingPair p : material.train()) {
            chosen += ReplyStatistics.words(p.pair().chosen().text()).size();
            rejected += ReplyStatistics.words(p.pair().rejected().text()).size();
        }
        return chosen / Math.max(1, rejected);
    }

    private static List<Pair> differentPrompts(Material material, int most) {
        Map<String, Pair> byPrompt = new LinkedHashMap<>();
        Stream.concat(material.heldOut().stream(), material.train().stream())
                .map(TrainingPair::pair)
                .forEach(p -> byPrompt.putIfAbsent(p.promptDigest(), p));
        return byPrompt.values().stream().limit(most).toList();
    }

    private static String question(Pair pair) {
        return pair.prompt().reversed().stream()
                .filter(m -> m.role() == Role.USER)
                .map(ChatMessage::content)
                .findFirst()
                .orElse("");
    }
}
