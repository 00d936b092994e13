/** The signals service: what ties its parts together and to Quarkus. */
@NullMarked
package dev.rejoinder.signals;

import org.jspecify.annotations.NullMarked;
