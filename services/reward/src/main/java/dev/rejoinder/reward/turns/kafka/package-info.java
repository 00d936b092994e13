/** Turns in, rewards out. */
@NullMarked
package dev.rejoinder.reward.turns.kafka;

import org.jspecify.annotations.NullMarked;
