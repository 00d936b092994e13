/** One thread steps the batch; chats wait in a bounded queue that is fair to its keys. */
@NullMarked
package dev.rejoinder.inference.schedule;

import org.jspecify.annotations.NullMarked;
