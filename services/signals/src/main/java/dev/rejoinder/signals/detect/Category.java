package dev.rejoinder.signals.detect;

/**
 * WildFeedback's rubric, adapted from SPUR (arXiv 2403.12388) to single utterances: nine kinds of
 * satisfaction, nine of dissatisfaction.
 */
public enum Category {
    /** Thanks or compliments. */
    GRATITUDE("Gratitude", true),
    /** Learned something, is curious. */
    LEARNING("Learning", true),
    /** Does what was asked or suggested. */
    COMPLIANCE("Compliance", true),
    /** Positive words. */
    PRAISE("Praise", true),
    /** Opens up, pleased. */
    PERSONAL_DETAILS("PersonalDetails", true),
    /** Friendly humour. */
    HUMOR("Humor", true),
    /** Understood, agrees. */
    ACKNOWLEDGMENT("Acknowledgment", true),
    /** Ends well. */
    POSITIVE_CLOSURE("PositiveClosure", true),
    /** Better, not yet there. */
    GETTING_THERE("GettingThere", true),
    /** Frustration or anger. */
    NEGATIVE_FEEDBACK("NegativeFeedback", false),
    /** Asks to redo or change, or asks the same again. */
    REVISION("Revision", false),
    /** Points out a mistake. */
    FACTUAL_ERROR("FactualError", false),
    /** Does not accept a stated limit. */
    UNREALISTIC_EXPECTATION("UnrealisticExpectation", false),
    /** Ignores the question put back. */
    NO_ENGAGEMENT("NoEngagement", false),
    /** Says that the request was not addressed. */
    IGNORED("Ignored", false),
    /** Worse than before or elsewhere. */
    LOWER_QUALITY("LowerQuality", false),
    /** Wants more specifics. */
    INSUFFICIENT_DETAIL("InsufficientDetail", false),
    /** Format, tone, language, length. */
    STYLE("Style", false);

    private final String label;
    private final boolean satisfied;

    Category(String label, boolean satisfied) {
        this.label = label;
        this.satisfied = satisfied;
    }

    /** The paper's name, such as {@code InsufficientDetail}. */
    public String label() {
        return label;
    }

    /** Whether it is a kind of satisfaction; else of dissatisfaction. */
    public boolean isSatisfied() {
        return satisfied;
    }

    /**
     * @throws IllegalArgumentException if there is no such category
     */
    public static Category labelled(String label) {
        for (Category c : values()) if (c.label.equals(label)) return c;
        throw new IllegalArgumentException("\"" + label + "\" is no category of the rubric");
    }
}
