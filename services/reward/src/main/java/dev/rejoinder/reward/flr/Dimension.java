package dev.rejoinder.reward.flr;

import java.util.Locale;

/** The paper's six dimensions of a good reply. */
public enum Dimension {
    /** Was the request understood. */
    UNDERSTANDING,
    /** Does the reply belong to the request. */
    RELEVANCE,
    /** Is it right. */
    CORRECTNESS,
    /** Does it engage. */
    ENGAGINGNESS,
    /** Does it inform. */
    INFORMATIVENESS,
    /** Does it do what was asked. */
    INSTRUCTION_FOLLOWING;

    /** As in reports and pipes: {@code instruction_following}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
