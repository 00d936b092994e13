package dev.rejoinder.trainer.loss;

import dev.rejoinder.lm.train.TokenObjective;
import java.util.Arrays;

/**
 * The objective of one pair as the engine wants it: a pack of the prompt with two continuations,
 * the chosen reply first, the rejected second.
 *
 * <p>{@code L = L_dpo + w L_nll}, so by the chain rule the gradient is {@code dL_dpo/dlog pi(y_w)}
 * at every chosen token plus {@code -w / n}, and the opposite of the first at every rejected token.
 */
public record PairObjective(Preference preference, PairLogProbs.Reference reference)
        implements TokenObjective {
    /** Where the chosen reply stands in a pack. */
    public static final int CHOSEN = 0;

    /** Where the rejected reply stands in a pack. */
    public static final int REJECTED = 1;

    private static final SftLoss SFT = new SftLoss();

    @Override
    public Value at(float[][] logProbs) {
        float[] chosen = logProbs[CHOSEN];
        double nll = preference.nllWeight();
        double loss = nll == 0 ? 0 : nll * SFT.of(chosen);
        double byChosenToken = nll == 0 ? 0 : nll * SFT.gradient(chosen.length);
        double byRejectedToken = 0;
        DpoLoss dpo = preference.dpo();
        if (dpo != null) {
            PairLogProbs pair = pair(logProbs);
            loss += dpo.of(pair);
            byChosenToken += dpo.gradient(pair);
            byRejectedToken -= dpo.gradient(pair);
        }
        float[][] gradient = new float[2][];
        gradient[CHOSEN] = filled(chosen.length, byChosenToken);
        gradient[REJECTED] = filled(logProbs[REJECTED].length, byRejectedToken);
        return new Value(loss, gradient);
    }

    /** The implicit reward margin at these log-probabilities; for SFT with a beta of 1. */
    public double margin(float[][] logProbs) {
        DpoLoss dpo = preference.dpo();
        PairLogProbs pair = pair(logProbs);
        return dpo == null ? pair.logRatioDifference() : dpo.margin(pair);
    }

    private PairLogProbs pair(float[][] logProbs) {
        return new PairLogProbs(sum(logProbs[CHOSEN]), sum(logProbs[REJECTED]), reference);
    }

    /** In double precision and in order, so that the same floats give the same sum. */
    public static double sum(float[] logProbs) {
        double sum = 0;
        for (float p : logProbs) sum += p;
        return sum;
    }

    private static float[] filled(int length, double value) {
        float[] filled = new float[length];
        Arrays.fill(filled, (float) value);
        return filled;
    }
}
