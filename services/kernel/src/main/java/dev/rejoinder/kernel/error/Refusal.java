package dev.rejoinder.kernel.error;

import dev.rejoinder.proto.errors.v1.ErrorReason;
import java.util.Map;

/**
 * A call that is refused for a reason the caller can act on. The message gives what, the value, the
 * limit and the remedy. Our own broken contracts are {@link IllegalStateException}s instead.
 */
public final class Refusal extends RuntimeException {
    /** Who can mend it, and how: maps to one gRPC code and one HTTP status. */
    public enum Kind {
        /** The request is wrong. */
        INVALID,
        /** What it names does not exist. */
        NOT_FOUND,
        /** It is not possible in the present state. */
        PRECONDITION,
        /** Too much at once; try later. */
        EXHAUSTED,
        /** A part we need is away; try again. */
        UNAVAILABLE
    }

    private final Kind kind;
    private final ErrorReason reason;
    private final Map<String, String> metadata;

    public Refusal(Kind kind, ErrorReason reason, String message, Map<String, String> metadata) {
        super(message);
        this.kind = kind;
        this.reason = reason;
        this.metadata = Map.copyOf(metadata);
    }

    /**
     * A field that holds what it must not: {@code "max_tokens of 9000 exceeds 8192; ask for at most
     * 7900"}.
     */
    public static Refusal invalid(String field, String message) {
        return new Refusal(
                Kind.INVALID,
                ErrorReason.ERROR_REASON_FIELD_INVALID,
                message,
                Map.of("field", field));
    }

    public static Refusal notFound(String kind, String id) {
        return new Refusal(
                Kind.NOT_FOUND,
                ErrorReason.ERROR_REASON_NOT_FOUND,
                "there is no " + kind + " \"" + id + "\"",
                Map.of("kind", kind, "id", id));
    }

    public static Refusal unavailable(String message) {
        return new Refusal(
                Kind.UNAVAILABLE, ErrorReason.ERROR_REASON_DEPENDENCY_AWAY, message, Map.of());
    }

    public Kind kind() {
        return kind;
    }

    public ErrorReason reason() {
        return reason;
    }

    public Map<String, String> metadata() {
        return metadata;
    }
}
