/** The registry's service. */
@NullMarked
package dev.rejoinder.registry.rollout.grpc;

import org.jspecify.annotations.NullMarked;
