/** Makes the base known to the registry. */
@NullMarked
package dev.rejoinder.inference.routing.grpc;

import org.jspecify.annotations.NullMarked;
