/** The command line: one class a command, every error one line that says what to do. */
@NullMarked
package dev.rejoinder.standalone.cli;

import org.jspecify.annotations.NullMarked;
