/** The preferences service's judged replies. */
@NullMarked
package dev.rejoinder.trainer.satisfaction.grpc;

import org.jspecify.annotations.NullMarked;
