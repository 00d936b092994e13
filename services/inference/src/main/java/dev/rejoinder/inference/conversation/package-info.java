/** Finds out which conversation a chat belongs to, from nothing but what the client sends. */
@NullMarked
package dev.rejoinder.inference.conversation;

import org.jspecify.annotations.NullMarked;
