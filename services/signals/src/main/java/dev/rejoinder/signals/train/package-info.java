/**
 * Fitting the heads: labelled follow-ups, features kept on disk, logistic regression,
 * cross-validated figures, and the command that ties them together. Nothing here runs in the
 * service.
 */
@NullMarked
package dev.rejoinder.signals.train;

import org.jspecify.annotations.NullMarked;
