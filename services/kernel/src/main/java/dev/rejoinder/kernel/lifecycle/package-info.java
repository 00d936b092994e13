/** Workers that start with the application and stop before it. */
@NullMarked
package dev.rejoinder.kernel.lifecycle;

import org.jspecify.annotations.NullMarked;
