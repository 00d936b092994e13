/** A schema for each service. */
@NullMarked
package dev.rejoinder.kernel.jdbc;

import org.jspecify.annotations.NullMarked;
