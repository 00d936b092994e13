/** The policy and the scorer, asked over gRPC. */
@NullMarked
package dev.rejoinder.preferences.mining.grpc;

import org.jspecify.annotations.NullMarked;
