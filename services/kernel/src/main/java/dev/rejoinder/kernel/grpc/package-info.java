/** Refusals over gRPC. */
@NullMarked
package dev.rejoinder.kernel.grpc;

import org.jspecify.annotations.NullMarked;
