/** The registry as a Quarkus application: beans, settings, probes, metrics. */
@NullMarked
package dev.rejoinder.registry;

import org.jspecify.annotations.NullMarked;
