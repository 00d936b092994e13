/** Which version answers which conversation. */
@NullMarked
package dev.rejoinder.inference.routing;

import org.jspecify.annotations.NullMarked;
