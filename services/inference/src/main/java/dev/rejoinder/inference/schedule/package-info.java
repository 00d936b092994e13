/** One thread steps the batch; chats wait in a bounded queue. */
@NullMarked
package dev.rejoinder.inference.schedule;

import org.jspecify.annotations.NullMarked;
