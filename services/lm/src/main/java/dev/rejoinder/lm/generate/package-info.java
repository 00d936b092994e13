/** Sampling replies, many at a time, each with its own adapter, seed and limits. */
@NullMarked
package dev.rejoinder.lm.generate;

import org.jspecify.annotations.NullMarked;
