/** Signals, pairs and rejections in PostgreSQL. */
@NullMarked
package dev.rejoinder.preferences.mining.jdbc;

import org.jspecify.annotations.NullMarked;
