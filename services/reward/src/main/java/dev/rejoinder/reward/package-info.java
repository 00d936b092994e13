/** The reward service: what ties its parts together and to Quarkus. */
@NullMarked
package dev.rejoinder.reward;

import org.jspecify.annotations.NullMarked;
