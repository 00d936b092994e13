/** Preference pairs from a file of JSON lines: our own export, or what TRL's trainers take. */
@NullMarked
package dev.rejoinder.trainer.dataset.file;

import org.jspecify.annotations.NullMarked;
