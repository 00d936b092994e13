/** Evidence from the signals topic. */
@NullMarked
package dev.rejoinder.registry.evidence.kafka;

import org.jspecify.annotations.NullMarked;
