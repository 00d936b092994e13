/** Pairs in the formats of other tools; pure. */
@NullMarked
package dev.rejoinder.preferences.export;

import org.jspecify.annotations.NullMarked;
