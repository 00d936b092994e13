/**
 * Follow-up likelihood as reward (FLR, Zhang et al., arXiv 2409.13948): a good reply makes a
 * satisfied next user turn likelier than a dissatisfied one. Pure but for the language model that
 * scores.
 */
@NullMarked
package dev.rejoinder.reward.flr;

import org.jspecify.annotations.NullMarked;
