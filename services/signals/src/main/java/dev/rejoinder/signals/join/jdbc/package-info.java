/** Recent turns in PostgreSQL. */
@NullMarked
package dev.rejoinder.signals.join.jdbc;

import org.jspecify.annotations.NullMarked;
