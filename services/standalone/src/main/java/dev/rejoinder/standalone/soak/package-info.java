/** Thousands of chats of every kind in this process, and what memory does meanwhile. */
@NullMarked
package dev.rejoinder.standalone.soak;

import org.jspecify.annotations.NullMarked;
