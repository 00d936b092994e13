/** The contracts' messages, to and from the words of this service. */
@NullMarked
package dev.rejoinder.reward.proto;

import org.jspecify.annotations.NullMarked;
