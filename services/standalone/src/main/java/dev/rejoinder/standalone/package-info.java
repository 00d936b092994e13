/** The one command: everything in one JVM, the command line, the demo. */
@NullMarked
package dev.rejoinder.standalone;

import org.jspecify.annotations.NullMarked;
