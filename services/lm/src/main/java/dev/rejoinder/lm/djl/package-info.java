/** The engine: one decoder-only implementation on DJL (PyTorch). */
@NullMarked
package dev.rejoinder.lm.djl;

import org.jspecify.annotations.NullMarked;
