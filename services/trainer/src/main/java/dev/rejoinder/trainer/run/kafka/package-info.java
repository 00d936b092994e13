/** Runs on the topic. */
@NullMarked
package dev.rejoinder.trainer.run.kafka;

import org.jspecify.annotations.NullMarked;
