/** Benchmarks whose figures are ratios to limits measured in the same run. */
@NullMarked
package dev.rejoinder.bench;

import org.jspecify.annotations.NullMarked;
