/**
 * Simulated chat users with a preference that nobody tells the platform: only what they say next
 * shows it. Seeded: the same seed asks, complains and thanks in the same words.
 */
@NullMarked
package dev.rejoinder.testkit.users;

import org.jspecify.annotations.NullMarked;
