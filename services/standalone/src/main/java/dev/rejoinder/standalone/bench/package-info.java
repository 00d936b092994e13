/** What a whole platform costs, for {@code ./rejoinder bench}. */
@NullMarked
package dev.rejoinder.standalone.bench;

import org.jspecify.annotations.NullMarked;
