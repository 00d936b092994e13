/** When a run begins by itself. */
@NullMarked
package dev.rejoinder.trainer.trigger;

import org.jspecify.annotations.NullMarked;
