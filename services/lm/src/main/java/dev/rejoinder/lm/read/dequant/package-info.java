/** Number formats of weights, each turned into float32 by a class of its own. */
@NullMarked
package dev.rejoinder.lm.read.dequant;

import org.jspecify.annotations.NullMarked;
