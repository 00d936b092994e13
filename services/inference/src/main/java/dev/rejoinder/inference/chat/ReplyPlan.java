package dev.rejoinder.inference.chat;

import dev.rejoinder.lm.generate.Constraint;
import dev.rejoinder.lm.generate.Sampling;
import org.jspecify.annotations.Nullable;

/**
 * How a reply is made, with nothing left open.
 *
 * @param constraint what it keeps to, or null for nothing
 * @param maxTokens at least 1; they fit the context after the prompt
 */
public record ReplyPlan(Sampling sampling, @Nullable Constraint constraint, int maxTokens) {}
