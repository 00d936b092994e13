/** OpenAI's chat completions over HTTP. */
@NullMarked
package dev.rejoinder.inference.chat.http;

import org.jspecify.annotations.NullMarked;
