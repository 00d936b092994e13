/** Answers chats, follows the registry's routing, and records every turn. */
@NullMarked
package dev.rejoinder.inference;

import org.jspecify.annotations.NullMarked;
