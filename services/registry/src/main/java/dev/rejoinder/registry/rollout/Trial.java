package dev.rejoinder.registry.rollout;

import java.time.Instant;

/**
 * A canary compared with a champion. If either changes, it is another trial: evidence against one
 * champion says nothing about the next.
 *
 * @param revision of the routing table that began it; names it within its model
 * @param beganAt follow-ups answered before this do not count
 */
public record Trial(long revision, String canary, String champion, Instant beganAt) {}
