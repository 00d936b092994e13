/** The contracts' messages, to and from the words of this service. */
@NullMarked
package dev.rejoinder.signals.proto;

import org.jspecify.annotations.NullMarked;
