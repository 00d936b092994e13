/**
 * Refusals: what a caller did wrong or cannot have, in one form for REST, gRPC and the command
 * line.
 */
@NullMarked
package dev.rejoinder.kernel.error;

import org.jspecify.annotations.NullMarked;
