/** The clock every service asks. */
@NullMarked
package dev.rejoinder.kernel.time;

import org.jspecify.annotations.NullMarked;
