/** Serves the pairs. */
@NullMarked
package dev.rejoinder.preferences.grpc;

import org.jspecify.annotations.NullMarked;
