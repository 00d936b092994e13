package dev.rejoinder.registry.rollout;

import dev.rejoinder.registry.version.Version;

/**
 * A served version.
 *
 * @param share of the conversations, 0 to 1
 */
public record Route(Version version, double share) {}
