package dev.rejoinder.lm.generate;

/**
 * What makes tokens less likely that are there already; negative penalties, and a repetition below
 * 1, make them likelier.
 *
 * @param repetition divides positive and multiplies negative logits of tokens that the prompt or
 *     the reply has (Keskar et al. 2019, arXiv 1909.05858, section 4.1), above 0, at most 10; 1 for
 *     none
 * @param presence taken off the logits of tokens that the reply has, -2 to 2
 * @param frequency taken off once for each time the reply has the token, -2 to 2
 */
public record Penalties(double repetition, double presence, double frequency) {
    public static final Penalties NONE = new Penalties(1, 0, 0);

    /** Beyond it every token that was seen is as good as banned. */
    public static final double MAX_REPETITION = 10;

    public Penalties {
        if (!(repetition > 0 && repetition <= MAX_REPETITION))
            throw new IllegalArgumentException(
                    "repetition_penalty of " + repetition + " is outside (0, 10]");
        additive("presence_penalty", presence);
        additive("frequency_penalty", frequency);
    }

    private static void additive(String name, double penalty) {
        if (!(penalty >= -2 && penalty <= 2))
            throw new IllegalArgumentException(name + " of " + penalty + " is outside -2 to 2");
    }
}
