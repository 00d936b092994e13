/** Rollouts in PostgreSQL. */
@NullMarked
package dev.rejoinder.registry.rollout.jdbc;

import org.jspecify.annotations.NullMarked;
