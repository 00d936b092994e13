/** Finding the reply a follow-up speaks of, by the hash chain of the resent history. */
@NullMarked
package dev.rejoinder.signals.join;

import org.jspecify.annotations.NullMarked;
