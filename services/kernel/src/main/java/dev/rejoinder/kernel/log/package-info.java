/** Logs with fixed keys and never a user's text. */
@NullMarked
package dev.rejoinder.kernel.log;

import org.jspecify.annotations.NullMarked;
