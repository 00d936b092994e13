/** What keeps an adapter near its base where no user asked for a change. */
@NullMarked
package dev.rejoinder.trainer.anchor;

import org.jspecify.annotations.NullMarked;
