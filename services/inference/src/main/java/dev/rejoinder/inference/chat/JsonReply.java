package dev.rejoinder.inference.chat;

import org.jspecify.annotations.Nullable;

/**
 * A reply that is to be JSON.
 *
 * @param schema a JSON schema as JSON text, or null for any object
 */
public record JsonReply(@Nullable String schema) {}
