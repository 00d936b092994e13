/** Real language models small enough to load in milliseconds. */
@NullMarked
package dev.rejoinder.testkit.model;

import org.jspecify.annotations.NullMarked;
