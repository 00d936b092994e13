/** Whether this node can answer. */
@NullMarked
package dev.rejoinder.inference.health;

import org.jspecify.annotations.NullMarked;
