/** A real Kafka broker in this JVM. */
@NullMarked
package dev.rejoinder.testkit.kafka;

import org.jspecify.annotations.NullMarked;
