/**
 * What a soak asks for and how it is judged, without a model: a workload by seed, readings of
 * memory at rest, a verdict. {@code ./rejoinder soak} in standalone runs it.
 */
@NullMarked
package dev.rejoinder.bench.soak;

import org.jspecify.annotations.NullMarked;
