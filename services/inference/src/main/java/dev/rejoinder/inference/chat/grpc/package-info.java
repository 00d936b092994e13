/** The same chats over gRPC. */
@NullMarked
package dev.rejoinder.inference.chat.grpc;

import org.jspecify.annotations.NullMarked;
