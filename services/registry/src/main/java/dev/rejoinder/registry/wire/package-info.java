/** The registry's words as messages of the contract. */
@NullMarked
package dev.rejoinder.registry.wire;

import org.jspecify.annotations.NullMarked;
