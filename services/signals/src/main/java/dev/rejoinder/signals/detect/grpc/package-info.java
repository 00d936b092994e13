/** Reading follow-ups on request. */
@NullMarked
package dev.rejoinder.signals.detect.grpc;

import org.jspecify.annotations.NullMarked;
