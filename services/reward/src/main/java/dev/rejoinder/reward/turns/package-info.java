/** Which recorded turns are scored. */
@NullMarked
package dev.rejoinder.reward.turns;

import org.jspecify.annotations.NullMarked;
