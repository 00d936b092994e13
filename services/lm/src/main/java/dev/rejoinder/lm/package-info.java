/**
 * Language models: read, tokenize, generate, score, adapt. {@link dev.rejoinder.lm.LanguageModel}
 * is the door; the packages below are its rooms, and {@code djl} is the only one that knows an
 * engine.
 */
@NullMarked
package dev.rejoinder.lm;

import org.jspecify.annotations.NullMarked;
