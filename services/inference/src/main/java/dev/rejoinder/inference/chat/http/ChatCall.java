package dev.rejoinder.inference.chat.http;

import dev.rejoinder.inference.chat.ChatRequest;

/**
 * A chat and how its client wants to hear the answer.
 *
 * @param stream piece by piece, as server-sent events
 * @param includeUsage whether a stream ends with the tokens used
 */
record ChatCall(ChatRequest request, boolean stream, boolean includeUsage) {}
