package dev.rejoinder.trainer.evaluate;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How much less likely what users really complained has become, FLR (Zhang et al., arXiv
 * 2409.13948) with the realised follow-up f: {@code g(f) = s(f | x, champion's reply) - s(f | x,
 * candidate's reply)}, s the mean log-prob of f's tokens under the base. After some replies any
 * next turn is likelier, short ones above all, so the same difference of control follow-ups is
 * taken off: {@code g(f) - mean_c g(c)}.
 */
final class ComplaintGain {
    /** What a user may say after any reply: content, curious, discontent. */
    private static final List<String> CONTROLS =
            List.of(
                    "Great, this helps me a lot.",
                    "Can you tell me something related to it?",
                    "No, this does not help me.");

    private final LanguageModel model;
    private final Scorer scorer;
    private final List<int[]> controls;

    ComplaintGain(LanguageModel model, Scorer scorer) {
        this.model = model;
        this.scorer = scorer;
        this.controls = CONTROLS.stream().map(model.tokenizer()::encode).toList();
    }

    /**
     * A complaint and the two replies after which it is asked about.
     *
     * @param prompt tokens before the reply
     * @param followUp what the user said
     */
    record Case(int[] prompt, String followUp, String champion, String candidate) {}

    /**
     * The mean over the cases; those without a follow-up or too long for the model are left out.
     */
    Measurements.Complaints of(List<Case> cases) {
        List<Pack> packs = new ArrayList<>();
        for (Case c : cases) {
            Optional<Pack> before = pack(c, c.champion());
            Optional<Pack> after = pack(c, c.candidate());
            if (before.isPresent() && after.isPresent())
                packs.addAll(List.of(before.get(), after.get()));
        }
        List<float[][]> scored = scorer.score(packs, null);
        double gain = 0;
        for (int i = 0; i + 1 < scored.size(); i += 2)
            gain += corrected(scored.get(i), scored.get(i + 1));
        int asked = scored.size() / 2;
        return new Measurements.Complaints(asked, asked == 0 ? 0 : gain / asked);
    }

    /** {@code g(f) - mean_c g(c)}; continuation 0 is the follow-up, the others are the controls. */
    private static double corrected(float[][] champion, float[][] candidate) {
        double control = 0;
        for (int c = 1; c < champion.length; c++) control += gain(champion, candidate, c);
        return gain(champion, candidate, 0) - control / (champion.length - 1);
    }

    private static double gain(float[][] champion, float[][] candidate, int continuation) {
        return Scorer.mean(champion[continuation]) - Scorer.mean(candidate[continuation]);
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
