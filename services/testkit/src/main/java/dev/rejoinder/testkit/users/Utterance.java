package dev.rejoinder.testkit.users;

import org.jspecify.annotations.Nullable;

/**
 * What a user says next.
 *
 * @param text the message
 * @param felt what the user felt about the reply before; null for a first message
 * @param shown what the message shows of it; null for a first message
 */
public record Utterance(String text, @Nullable Feeling felt, @Nullable Feeling shown) {}
