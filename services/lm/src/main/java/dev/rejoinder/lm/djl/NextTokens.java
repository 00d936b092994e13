package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GeneratedToken.Alternative;
import dev.rejoinder.lm.vector.Logits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From final hidden states or logits to one sampled token a row. Native thread only. */
final class NextTokens {
    private final OutputHead head;

    NextTokens(OutputHead head) {
        this.head = head;
    }

    /** A row's token, without its text, or why there is none. */
    record Next(Row row, @Nullable GeneratedToken token, @Nullable RuntimeException failure) {
        static Next failed(Row row, RuntimeException failure) {
            return new Next(row, null, failure);
        }

        static Next notFinite(Row row) {
            return failed(
                    row,
                    new IllegalStateException(
                            "the model's logits are not finite for this row; its adapter or weights are damaged"));
        }

        GeneratedToken orThrow() {
            if (token != null) return token;
            throw failure == null ? new IllegalStateException("no token and no reason") : failure;
        }
    }

    /**
     * @param logits a row for each row, in order
     */
    List<Next> of(Logits logits, List<Row> rows) {
        var result = new ArrayList<Next>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            try {
                result.add(
                        Float.isFinite(logits.logSum(i))
                                ? new Next(row, token(logits, i, row.sampler()), null)
                                : Next.notFinite(row));
            } catch (RuntimeException e) {
                result.add(Next.failed(row, e));
            }
        }
        return result;
    }

    private static GeneratedToken token(Logits logits, int row, Sampler sampler) {
        int id = chosen(logits, row, sampler);
        float logSum = logits.logSum(row);
        double logProb = (double) logits.at(row, id) - logSum;
        var others = new ArrayList<Alternative>();
        int count = sampler.topLogProbs();
        if (count > 0)
            for (int other : Sampler.likeliest(logits.row(row), count))
                others.add(new Alternative(other, logits.at(row, other) - logSum));
        return new GeneratedToken(id, "", logProb, others);
    }

    private static int chosen(Logits logits, int row, Sampler sampler) {
        if (sampler.changesLogits()) return sampler.choose(logits.row(row));
        if (sampler.greedy()) return logits.argmax(row);
        return sampler.draw(logits.weights(row, sampler.temperature()));
    }

    /**
     * Rows of logits stay where they are, but for those that bias, penalties or a constraint
     * change: what allows which token is known to Java only.
     *
     * @param hidden {@code [rows, hidden]}
     */
    List<Next> of(PtNDManager into, PtNDArray hidden, List<Row> rows) {
        PtNDArray[] read = head.next(into, hidden);
        PtNDArray logits = read[0];
        float[] logSums = read[1].toFloatArray();
        long[] ids = read[2].toLongArray();
        @Nullable RuntimeException[] failures = new RuntimeException[ids.length];
        draw(into, logits, rows, ids);
        for (int i = 0; i < ids.length; i++) {
            Sampler sampler = rows.get(i).sampler();
            if (Float.isFinite(logSums[i]) && sampler.changesLogits())
                ids[i] = chosen(logits, i, sampler, failures);
        }
        float[] own = head.gather(into, logits, ids);
        int top = rows.stream().mapToInt(r -> r.sampler().topLogProbs()).max().orElse(0);
        Top alternatives = top == 0 ? Top.NONE : head.top(into, logits, top);
        var result = new ArrayList<Next>();
        for (int i = 0; i < ids.length; i++) {
            Row row = rows.get(i);
            RuntimeException failure = failures[i];
            if (failure != null) {
                result.add(Next.failed(row, failure));
                continue;
            }
            if (!Float.isFinite(logSums[i])) {
                result.add(Next.notFinite(row));
                continue;
            }
            var others = alternatives.of(i, row.sampler().topLogProbs(), logSums[i]);
            double logProb = (double) own[i] - logSums[i];
            result.add(new Next(row, new GeneratedToken((int) ids[i], "", logProb, others), null));
        }
        return result;
    }

    /** Replaces the likeliest tokens of the rows that draw theirs from the model's own logits. */
    private void draw(PtNDManager into, PtNDArray logits, List<Row> rows, long[] ids) {
        Draws draws = head.draws();
        var sources = new ArrayList<Draws.Source>();
        var drawn = new ArrayList<Integer>();
        for (int i = 0; i < ids.length; i++) {
            Sampler sampler = rows.get(i).sampler();
            if (sampler.changesLogits() || sampler.greedy()) continue;
            if (draws == null) {
                ids[i] = sampler.draw(head.weights(into, logits, i, sampler.temperature()));
            } else {
                sources.add(sampler);
                drawn.add(i);
            }
        }
        if (draws == null || drawn.isEmpty()) return;
        int[] places = drawn.stream().mapToInt(i -> i).toArray();
        long[] tokens = draws.of(into, logits, places, sources);
        for (int i = 0; i < places.length; i++) ids[places[i]] = tokens[i];
    }

    /** A row's own failure, such as a grammar that has no way on, is no other row's. */
    private static int chosen(
            PtNDArray logits, int row, Sampler sampler, @Nullable RuntimeException[] failures) {
        try {
            return sampler.choose(logits.get(row).toFloatArray());
        } catch (RuntimeException e) {
            failures[row] = e;
            return 0;
        }
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
