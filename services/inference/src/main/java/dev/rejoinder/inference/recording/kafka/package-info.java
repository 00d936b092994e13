/** Ships the spool to Kafka. */
@NullMarked
package dev.rejoinder.inference.recording.kafka;

import org.jspecify.annotations.NullMarked;
