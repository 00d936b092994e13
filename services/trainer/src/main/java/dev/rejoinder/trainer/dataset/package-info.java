/**
 * What a run learns from: pairs, how they are chosen and split, immutable snapshots of them, their
 * tokens, and what the base thinks of them.
 */
@NullMarked
package dev.rejoinder.trainer.dataset;

import org.jspecify.annotations.NullMarked;
