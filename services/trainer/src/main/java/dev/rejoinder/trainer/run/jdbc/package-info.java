/** Runs in PostgreSQL. */
@NullMarked
package dev.rejoinder.trainer.run.jdbc;

import org.jspecify.annotations.NullMarked;
