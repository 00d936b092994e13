/** Messages, roles, and the chat template that turns them into tokens. */
@NullMarked
package dev.rejoinder.lm.chat;

import org.jspecify.annotations.NullMarked;
