/** Linear probes: what hidden states tell, read off by logistic regression. */
@NullMarked
package dev.rejoinder.lm.probe;

import org.jspecify.annotations.NullMarked;
