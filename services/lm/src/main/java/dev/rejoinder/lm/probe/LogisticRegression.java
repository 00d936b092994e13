package dev.rejoinder.lm.probe;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Logistic regression with an L2 penalty on all weights but the bias, by L-BFGS (Liu and Nocedal
 * 1989): minimises {@code sum_i c_i log(1 + exp(-y_i (w . x_i + b))) + |w|^2 / (2 C)}, y = +-1.
 *
 * @param inversePenalty C; smaller is smoother
 */
public record LogisticRegression(double inversePenalty) {
    private static final int MEMORY = 10;
    private static final int MAX_STEPS = 200;

    /** Relative size of the gradient at which nothing more is to be won. */
    private static final double TOLERANCE = 1e-4;

    /** Armijo's constant. */
    private static final double SUFFICIENT = 1e-4;

    private static final int MAX_HALVINGS = 30;

    /** A fitted model: {@code w . x + b} is the log-odds. */
    public record Fit(float[] weights, double bias) {
        public double logOdds(float[] x) {
            return dot(weights, x) + bias;
        }
    }

    /**
     * What is fitted.
     *
     * @param rows {@code [sample][feature]}, all of one length
     * @param labels one for each row
     * @param weights one for each row, not negative
     */
    public record Sample(float[][] rows, boolean[] labels, double[] weights) {
        public Sample {
            if (rows.length == 0 || rows.length != labels.length || rows.length != weights.length)
                throw new IllegalArgumentException(
                        rows.length
                                + " rows, "
                                + labels.length
                                + " labels and "
                                + weights.length
                                + " weights do not belong together");
        }

        int features() {
            return rows[0].length;
        }
    }

    private record Value(double loss, float[] gradient) {}

    private record Step(float[] moved, float[] turned, double curvature) {}

    public LogisticRegression {
        if (!(inversePenalty > 0))
            throw new IllegalArgumentException("C of " + inversePenalty + " is not positive");
    }

    /** The last parameter is the bias. */
    public Fit fit(Sample sample) {
        float[] at = new float[sample.features() + 1];
        Value value = value(sample, at);
        double start = norm(value.gradient());
        Deque<Step> memory = new ArrayDeque<>();
        for (int step = 0; step < MAX_STEPS; step++) {
            if (norm(value.gradient()) <= TOLERANCE * Math.max(1, start)) break;
            float[] direction = direction(value.gradient(), memory);
            // The very first direction is the raw gradient, whose length says nothing.
            double length = memory.isEmpty() ? 1 / norm(direction) : 1;
            float[] next = new float[at.length];
            Value moved = search(sample, at, value, direction, length, next);
            if (moved == value) break;
            remember(memory, at, next, value, moved);
            at = next;
            value = moved;
        }
        return new Fit(Arrays.copyOf(at, at.length - 1), at[at.length - 1]);
    }

    /** Halves the step until the loss falls enough; returns the old value if it never does. */
    private Value search(
            Sample sample,
            float[] at,
            Value value,
            float[] direction,
            double length,
            float[] next) {
        double slope = dot(value.gradient(), direction);
        for (int i = 0; i < MAX_HALVINGS; i++, length /= 2) {
            for (int j = 0; j < at.length; j++) next[j] = (float) (at[j] + length * direction[j]);
            Value moved = value(sample, next);
            if (moved.loss() <= value.loss() + SUFFICIENT * length * slope) return moved;
        }
        return value;
    }

    private static void remember(
            Deque<Step> memory, float[] at, float[] next, Value before, Value after) {
        float[] moved = new float[at.length];
        float[] turned = new float[at.length];
        for (int j = 0; j < at.length; j++) {
            moved[j] = next[j] - at[j];
            turned[j] = after.gradient()[j] - before.gradient()[j];
        }
        double curvature = dot(moved, turned);
        if (curvature <= 0) return;
        memory.addLast(new Step(moved, turned, curvature));
        if (memory.size() > MEMORY) memory.removeFirst();
    }

    /** The two-loop recursion. */
    private static float[] direction(float[] gradient, Deque<Step> memory) {
        float[] q = gradient.clone();
        double[] alphas = new double[memory.size()];
        int i = memory.size();
        for (Iterator<Step> it = memory.descendingIterator(); it.hasNext(); ) {
            Step s = it.next();
            alphas[--i] = dot(s.moved(), q) / s.curvature();
            add(q, s.turned(), -alphas[i]);
        }
        if (!memory.isEmpty()) {
            Step last = memory.getLast();
            scale(q, last.curvature() / dot(last.turned(), last.turned()));
        }
        for (Step s : memory) add(q, s.moved(), alphas[i++] - dot(s.turned(), q) / s.curvature());
        scale(q, -1);
        return q;
    }

    private Value value(Sample sample, float[] at) {
        int bias = sample.features();
        float[] gradient = new float[at.length];
        double loss = 0;
        for (int i = 0; i < sample.rows().length; i++) {
            float[] x = sample.rows()[i];
            double sign = sample.labels()[i] ? 1 : -1;
            double margin = sign * (dot(at, x) + at[bias]);
            double weight = sample.weights()[i];
            loss += weight * softplus(-margin);
            double slope = -sign * weight / (1 + Math.exp(margin));
            add(gradient, x, slope);
            gradient[bias] += (float) slope;
        }
        for (int j = 0; j < bias; j++) {
            loss += at[j] * (double) at[j] / (2 * inversePenalty);
            gradient[j] += (float) (at[j] / inversePenalty);
        }
        return new Value(loss, gradient);
    }

    /** {@code log(1 + e^x)} without overflow. */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double norm(float[] a) {
        return Math.sqrt(dot(a, a));
    }

    /** Over the shorter length; four sums, so that the adds do not wait for each other. */
    private static double dot(float[] a, float[] b) {
        int n = Math.min(a.length, b.length);
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < n; i++) s0 += a[i] * b[i];
        return s0 + s1 + s2 + s3;
    }

    private static void add(float[] to, float[] what, double factor) {
        float f = (float) factor;
        int n = Math.min(to.length, what.length);
        for (int i = 0; i < n; i++) to[i] += f * what[i];
    }

    private static void scale(float[] a, double factor) {
        float f = (float) factor;
        for (int i = 0; i < a.length; i++) a[i] *= f;
    }
}
