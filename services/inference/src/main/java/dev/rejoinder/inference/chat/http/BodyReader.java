package dev.rejoinder.inference.chat.http;

import dev.rejoinder.inference.chat.Invalid;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.function.Consumer;

/** Collects a JSON body on the event loop, up to a limit. */
final class BodyReader {
    private static final String JSON = "application/json";

    private final long maxBytes;

    BodyReader(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    void read(HttpServerRequest request, Consumer<byte[]> whole, Consumer<OpenAiError> refused) {
        String type = request.getHeader("Content-Type");
        if (type != null && !type.toLowerCase(Locale.ROOT).strip().startsWith(JSON)) {
            request.handler(ignored -> {});
            refused.accept(wrongType(type));
            return;
        }
        // Clients that ask before they send a large body wait for this.
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect")))
            request.response().writeContinue();
        Collector collector = new Collector(whole, refused);
        request.handler(collector::add);
        request.endHandler(ended -> collector.end());
    }

    private static OpenAiError wrongType(String type) {
        String shown = Invalid.shown(type);
        return OpenAiError.invalidRequest(
                415,
                "unsupported_media_type",
                "Content-Type",
                "content type \"%s\" is not %s; send JSON with Content-Type: %s"
                        .formatted(shown, JSON, JSON));
    }

    private final class Collector {
        private final Consumer<byte[]> whole;
        private final Consumer<OpenAiError> refused;
        private final Buffer body = Buffer.buffer();
        private boolean tooLarge;

        Collector(Consumer<byte[]> whole, Consumer<OpenAiError> refused) {
            this.whole = whole;
            this.refused = refused;
        }

        void add(Buffer part) {
            if (tooLarge) return;
            tooLarge = body.length() + part.length() > maxBytes;
            if (!tooLarge) body.appendBuffer(part);
            else
                refused.accept(
                        OpenAiError.invalidRequest(
                                413,
                                "request_too_large",
                                "body",
                                "the body is larger than %d bytes; send fewer or shorter messages"
                                        .formatted(maxBytes)));
        }

        void end() {
            if (!tooLarge) whole.accept(body.getBytes());
        }
    }
}
