/**
 * Which blocks of a key-value cache belong to which text, and which texts' blocks can be used
 * again: the bookkeeping of PagedAttention (Kwon et al. 2023) with automatic prefix caching. Holds
 * no keys and no values.
 */
@NullMarked
package dev.rejoinder.lm.paging;

import org.jspecify.annotations.NullMarked;
