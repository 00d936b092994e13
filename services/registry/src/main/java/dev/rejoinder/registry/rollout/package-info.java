/** Who serves which share of a model's conversations, and every change of it. */
@NullMarked
package dev.rejoinder.registry.rollout;

import org.jspecify.annotations.NullMarked;
