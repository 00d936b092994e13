/** Versions of a model: names, lineage, and the stages of their life. */
@NullMarked
package dev.rejoinder.registry.version;

import org.jspecify.annotations.NullMarked;
