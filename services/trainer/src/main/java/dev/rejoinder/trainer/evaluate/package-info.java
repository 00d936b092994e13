/** The gate: what an adapter must show before it may meet a user. */
@NullMarked
package dev.rejoinder.trainer.evaluate;

import org.jspecify.annotations.NullMarked;
