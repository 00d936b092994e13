/** Signals in, pairs out. */
@NullMarked
package dev.rejoinder.preferences.mining.kafka;

import org.jspecify.annotations.NullMarked;
