/** Scoring on request. */
@NullMarked
package dev.rejoinder.reward.flr.grpc;

import org.jspecify.annotations.NullMarked;
