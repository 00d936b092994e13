/** Pairs from the preferences service. */
@NullMarked
package dev.rejoinder.trainer.dataset.grpc;

import org.jspecify.annotations.NullMarked;
