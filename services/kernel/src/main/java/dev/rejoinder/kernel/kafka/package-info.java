/** Consuming, producing, transactions, dead letters, compacted tables. */
@NullMarked
package dev.rejoinder.kernel.kafka;

import org.jspecify.annotations.NullMarked;
