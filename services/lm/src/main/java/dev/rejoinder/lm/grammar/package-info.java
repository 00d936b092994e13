/** Context-free grammars over bytes, and the tokens that keep a reply inside one. */
@NullMarked
package dev.rejoinder.lm.grammar;

import org.jspecify.annotations.NullMarked;
