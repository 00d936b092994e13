package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GeneratedToken.Alternative;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From final hidden states to one sampled token a row. Native thread only. */
final class NextTokens {
    private final OutputHead head;

    NextTokens(OutputHead head) {
        this.head = head;
    }

    /** A row's token, without its text, or why there is none. */
    record Next(Row row, @Nullable GeneratedToken token) {
        boolean failed() {
            return token == null;
        }

        GeneratedToken orThrow() {
            if (token == null)
                throw new IllegalStateException(
                        "the model's logits are not finite for this row; its adapter or weights are damaged");
            return token;
        }
    }

    /**
     * @param hidden {@code [rows, hidden]}
     */
    List<Next> of(PtNDManager into, PtNDArray hidden, List<Row> rows) {
        float[] temperatures = new float[rows.size()];
        boolean sampled = false;
        int top = 0;
        for (int i = 0; i < temperatures.length; i++) {
            Sampler sampler = rows.get(i).sampler();
            temperatures[i] = sampler.temperature();
            sampled |= !sampler.greedy() && !sampler.changesLogits();
            top = Math.max(top, sampler.topLogProbs());
        }
        PtNDArray[] read = head.next(into, hidden, temperatures, sampled);
        float[] logSums = read[1].toFloatArray();
        long[] ids = read[2].toLongArray();
        for (int i = 0; i < ids.length; i++) {
            Sampler sampler = rows.get(i).sampler();
            if (!Float.isFinite(logSums[i])) continue;
            if (sampler.changesLogits()) ids[i] = sampler.choose(read[0].get(i).toFloatArray());
            else if (!sampler.greedy()) ids[i] = sampler.draw(read[3].get(i).toFloatArray());
        }
        float[] logits = head.gather(into, read[0], ids);
        Top alternatives = top == 0 ? Top.NONE : head.top(into, read[0], top);
        var result = new ArrayList<Next>();
        for (int i = 0; i < ids.length; i++) {
            Row row = rows.get(i);
            boolean finite = Float.isFinite(logSums[i]);
            var others = alternatives.of(i, row.sampler().topLogProbs(), logSums[i]);
            double logProb = (double) logits[i] - logSums[i];
            result.add(
                    new Next(
                            row,
                            finite ? new GeneratedToken((int) ids[i], "", logProb, others) : null));
        }
        return result;
    }

    /**
     * The likeliest tokens of every row.
     *
     * @param logits {@code [rows * width]}, falling within a row
     */
    record Top(int width, float[] logits, long[] ids) {
        static final Top NONE = new Top(0, new float[0], new long[0]);

        List<Alternative> of(int row, int count, double logSum) {
            var result = new ArrayList<Alternative>();
            for (int i = 0; i < count; i++) {
                int at = row * width + i;
                result.add(new Alternative((int) ids[at], logits[at] - logSum));
            }
            return result;
        }
    }
}
