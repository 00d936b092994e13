/**
 * Losses as plain functions of token log-probabilities: value, gradient, equation. The engine
 * differentiates the model; these differentiate themselves.
 */
@NullMarked
package dev.rejoinder.trainer.loss;

import org.jspecify.annotations.NullMarked;
