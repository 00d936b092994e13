/** Keeps every answered turn: first in a spool on disk, then in the event log. */
@NullMarked
package dev.rejoinder.inference.recording;

import org.jspecify.annotations.NullMarked;
