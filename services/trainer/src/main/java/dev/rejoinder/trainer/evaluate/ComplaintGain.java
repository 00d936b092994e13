package dev.rejoinder.trainer.evaluate;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How much less likely what users really complained has become, FLR (Zhang et al., arXiv
 * 2409.13948) with the realised follow-up f: {@code g(f) = s(f | x, reply before) - s(f | x, reply
 * after)}, s the mean log-prob of f's tokens under the base. After some replies any next turn is
 * likelier, short ones above all, so the same difference of control follow-ups is taken off: {@code
 * g(f) - mean_c g(c)}.
 */
final class ComplaintGain {
    /** What a user may say after any reply: content, curious, discontent. */
    private static final List<String> CONTROLS =
            List.of(
                    "Thanks, that is exactly what I wanted.",
                    "What else is there to know about it?",
                    "That is not what I wanted.");

    private final LanguageModel model;
    private final Scorer scorer;
    private final List<int[]> controls;

    ComplaintGain(LanguageModel model, Scorer scorer) {
        this.model = model;
        this.scorer = scorer;
        this.controls = CONTROLS.stream().map(model.tokenizer()::encode).toList();
    }

    /**
     * A complaint and the two replies after which it is asked about, the second hopefully better.
     *
     * @param prompt tokens before the reply
     * @param followUp what the user said
     */
    record Case(int[] prompt, String followUp, String before, String after) {}

    /**
     * The mean over the cases; those without a follow-up or too long for the model are left out.
     */
    Gain of(List<Case> cases) {
        List<Pack> packs = new ArrayList<>();
        for (Case c : cases) {
            Optional<Pack> before = pack(c, c.before());
            Optional<Pack> after = pack(c, c.after());
            if (before.isPresent() && after.isPresent())
                packs.addAll(List.of(before.get(), after.get()));
        }
        List<float[][]> scored = scorer.score(packs, null);
        double[] gains = new double[scored.size() / 2];
        for (int i = 0; i < gains.length; i++)
            gains[i] = corrected(scored.get(2 * i), scored.get(2 * i + 1));
        return Gain.of(gains);
    }

    /**
     * What was found.
     *
     * @param asked cases that could be asked about
     * @param mean nats per token
     * @param standardError of the mean; infinite for fewer than two cases
     */
    record Gain(int asked, double mean, double standardError) {
        static Gain of(double... gains) {
            int n = gains.length;
            double mean = Arrays.stream(gains).average().orElse(0);
            double squares = Arrays.stream(gains).map(g -> (g - mean) * (g - mean)).sum();
            double error = n < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (n - 1) / n);
            return new Gain(n, mean, error);
        }
    }

    /** {@code g(f) - mean_c g(c)}; continuation 0 is the follow-up, the others are the controls. */
    private static double corrected(float[][] before, float[][] after) {
        double control = 0;
        for (int c = 1; c < before.length; c++) control += gain(before, after, c);
        return gain(before, after, 0) - control / (before.length - 1);
    }

    private static double gain(float[][] before, float[][] after, int continuation) {
        return Scorer.mean(before[continuation]) - Scorer.mean(after[continuation]);
    }

    private Optional<Pack> pack(Case c, String reply) {
        int[] followUp = model.tokenizer().encode(c.followUp());
        if (followUp.length == 0) return Optional.empty();
        int[] prefix =
                Stream.of(
                                c.prompt(),
                                model.tokenizer().encode(reply),
                                model.chat().followUpBridge())
                        .flatMapToInt(IntStream::of)
                        .toArray();
        Pack pack =
                new Pack(prefix, Stream.concat(Stream.of(followUp), controls.stream()).toList());
        return pack.length() <= model.info().contextLength() ? Optional.of(pack) : Optional.empty();
    }
}
