/** From what users said next to verified pairs; pure, with the policy and the scorer as ports. */
@NullMarked
package dev.rejoinder.preferences.mining;

import org.jspecify.annotations.NullMarked;
