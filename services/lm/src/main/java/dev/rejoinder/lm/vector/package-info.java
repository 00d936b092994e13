/**
 * A decoder's passes over few tokens on the JVM's own vector units: where every token waits for the
 * weights to come from memory, one reading of them is all there is to do, and no native call is.
 * Knows nothing of DJL; what it reads is raw memory in the layouts its types describe.
 */
@NullMarked
package dev.rejoinder.lm.vector;

import org.jspecify.annotations.NullMarked;
