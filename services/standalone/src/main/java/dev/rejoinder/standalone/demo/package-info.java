/**
 * The loop closing before one's eyes: a platform of its own, simulated users who tell it nothing,
 * and a report of what it learned. Talks to the platform only as anybody could: REST, gRPC and the
 * event log.
 */
@NullMarked
package dev.rejoinder.standalone.demo;

import org.jspecify.annotations.NullMarked;
