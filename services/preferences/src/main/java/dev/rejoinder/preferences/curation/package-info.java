/**
 * Texts and what can be told from them alone: identity, likeness, ending, talk about the request;
 * pure.
 */
@NullMarked
package dev.rejoinder.preferences.curation;

import org.jspecify.annotations.NullMarked;
