/** A real PostgreSQL server as a child process. */
@NullMarked
package dev.rejoinder.testkit.postgres;

import org.jspecify.annotations.NullMarked;
