package dev.rejoinder.lm;

/**
 * Who computes first when several wait for the cores: a decode step before a scoring batch before a
 * training step. Passes are short, so that a chat waits for one of them at most.
 */
public enum Priority {
    SERVING,
    SCORING,
    TRAINING
}
