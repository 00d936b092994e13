package dev.rejoinder.registry.version;

import java.time.Instant;

/**
 * One step of a version's life.
 *
 * @param reason one line
 */
public record StageChange(Stage stage, Instant changedAt, String reason) {}
