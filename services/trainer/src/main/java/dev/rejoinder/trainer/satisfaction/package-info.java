/**
 * What the users' own verdicts say about replies nobody has judged: a linear probe on the base's
 * hidden states, fitted anew for every dataset.
 */
@NullMarked
package dev.rejoinder.trainer.satisfaction;

import org.jspecify.annotations.NullMarked;
