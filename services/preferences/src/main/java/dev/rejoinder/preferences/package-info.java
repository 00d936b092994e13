/** The preferences service: mines, verifies and curates preference pairs. */
@NullMarked
package dev.rejoinder.preferences;

import org.jspecify.annotations.NullMarked;
