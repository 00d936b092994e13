/** One JSON object a line in, one out: the commands that other tools are joined to. */
@NullMarked
package dev.rejoinder.standalone.pipe;

import org.jspecify.annotations.NullMarked;
