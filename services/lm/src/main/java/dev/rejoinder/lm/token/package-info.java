/** Text to token ids and back; text typed by a user never becomes a special token. */
@NullMarked
package dev.rejoinder.lm.token;

import org.jspecify.annotations.NullMarked;
