/** Runs over gRPC: commands in, candidates out, and runs as messages. */
@NullMarked
package dev.rejoinder.trainer.run.grpc;

import org.jspecify.annotations.NullMarked;
