/**
 * Reading one follow-up: what it says about the reply before it, by WildFeedback's rubric (arXiv
 * 2408.15549). Pure but for the language model whose hidden states {@link
 * dev.rejoinder.signals.detect.HeadDetector} reads.
 */
@NullMarked
package dev.rejoinder.signals.detect;

import org.jspecify.annotations.NullMarked;
