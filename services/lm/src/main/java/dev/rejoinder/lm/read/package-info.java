/** Model files on disk: GGUF, safetensors, configuration, digests, and where to find them. */
@NullMarked
package dev.rejoinder.lm.read;

import org.jspecify.annotations.NullMarked;
