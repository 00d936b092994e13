/** What users say while a canary runs, and the sequential test that judges it. */
@NullMarked
package dev.rejoinder.registry.evidence;

import org.jspecify.annotations.NullMarked;
