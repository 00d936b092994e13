/** Training an adapter: token log-probabilities with gradients, and the optimiser. */
@NullMarked
package dev.rejoinder.lm.train;

import org.jspecify.annotations.NullMarked;
