package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as OpenAI's clients read it: {@code {"error": {message, type, param, code}}}.
 *
 * @param type what a client's error class is chosen by
 * @param param the field at fault
 * @param headers beside the body
 */
record OpenAiError(
        int status,
        String type,
        String code,
        @Nullable String param,
        String message,
        Map<String, String> headers) {
    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final String SERVER_ERROR = "server_error";
    private static final int MAX_MESSAGE = 1000;

    static OpenAiError invalidRequest(int status, String code, String param, String message) {
        return new OpenAiError(status, INVALID_REQUEST, code, param, message, Map.of());
    }

    static OpenAiError methodNotAllowed(String method, String path, String allowed) {
        return new OpenAiError(
                405,
                INVALID_REQUEST,
                "method_not_allowed",
                "method",
                "%s is not allowed on %s; use %s".formatted(method, path, allowed),
                Map.of("Allow", allowed));
    }

    static OpenAiError internal(String requestId) {
        return new OpenAiError(
                500,
                SERVER_ERROR,
                "internal_error",
                null,
                "the server failed; try again, and if it stays look for %s in its log"
                        .formatted(requestId),
                Map.of());
    }

    static OpenAiError of(Refusal refusal) {
        String param = refusal.metadata().get("field");
        String message = String.valueOf(refusal.getMessage());
        return switch (refusal.kind()) {
            case INVALID ->
                    new OpenAiError(
                            400, INVALID_REQUEST, code(refusal.reason()), param, message, Map.of());
            case NOT_FOUND ->
                    new OpenAiError(
                            404, INVALID_REQUEST, code(refusal.reason()), param, message, Map.of());
            case PRECONDITION ->
                    new OpenAiError(
                            409, INVALID_REQUEST, code(refusal.reason()), param, message, Map.of());
            case EXHAUSTED ->
                    new OpenAiError(
                            429,
                            "rate_limit_error",
                            "queue_full",
                            param,
                            message,
                            Map.of(
                                    "Retry-After",
                                    refusal.metadata().getOrDefault("retry_after_seconds", "1")));
            case UNAVAILABLE ->
                    new OpenAiError(503, SERVER_ERROR, "unavailable", param, message, Map.of());
        };
    }

    private static String code(ErrorReason reason) {
        return switch (reason) {
            case ERROR_REASON_MODEL_UNKNOWN -> "model_not_found";
            case ERROR_REASON_CONTEXT_EXCEEDED -> "context_length_exceeded";
            case ERROR_REASON_NOT_FOUND -> "not_found";
            default -> "invalid_value";
        };
    }

    ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put(
                        "message",
                        message.length() <= MAX_MESSAGE
                                ? message
                                : message.substring(0, MAX_MESSAGE) + "…")
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return body;
    }
}
