/** The one language model of a process, as a bean. */
@NullMarked
package dev.rejoinder.lm.cdi;

import org.jspecify.annotations.NullMarked;
