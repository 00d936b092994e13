/** Routing tables on the models topic. */
@NullMarked
package dev.rejoinder.registry.rollout.kafka;

import org.jspecify.annotations.NullMarked;
