/** Teacher-forced log-probabilities and hidden states of given tokens, packed. */
@NullMarked
package dev.rejoinder.lm.score;

import org.jspecify.annotations.NullMarked;
