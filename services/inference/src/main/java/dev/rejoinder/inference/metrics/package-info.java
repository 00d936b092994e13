/** What Prometheus sees of inference. */
@NullMarked
package dev.rejoinder.inference.metrics;

import org.jspecify.annotations.NullMarked;
