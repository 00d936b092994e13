/** Training runs: their states, their steps, and what survives a kill. */
@NullMarked
package dev.rejoinder.trainer.run;

import org.jspecify.annotations.NullMarked;
