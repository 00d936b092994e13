/** Turns in, signals out. */
@NullMarked
package dev.rejoinder.signals.join.kafka;

import org.jspecify.annotations.NullMarked;
