/** Follows the registry's routing table. */
@NullMarked
package dev.rejoinder.inference.routing.kafka;

import org.jspecify.annotations.NullMarked;
