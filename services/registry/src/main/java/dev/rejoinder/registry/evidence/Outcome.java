package dev.rejoinder.registry.evidence;

/** What a confident signal says of a reply. The test asks only: dissatisfied, or not. */
public enum Outcome {
    SAT,
    DSAT,
    NEITHER
}
