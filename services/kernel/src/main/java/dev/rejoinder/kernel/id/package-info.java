/** Digests and deterministic ids. */
@NullMarked
package dev.rejoinder.kernel.id;

import org.jspecify.annotations.NullMarked;
