/** From a chat to its replies: checks, encodes, schedules, records. */
@NullMarked
package dev.rejoinder.inference.chat;

import org.jspecify.annotations.NullMarked;
