package dev.rejoinder.kernel.kafka;

import dev.rejoinder.kernel.error.Refusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import org.apache.kafka.common.KafkaException;

/** Tells what will pass by itself from what never will. */
final class Failures {
    private Failures() {}

    /** Whether trying the same thing later can succeed. */
    static boolean isTransient(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            boolean passes =
                    switch (t) {
                        case Refusal r ->
                                r.kind() == Refusal.Kind.UNAVAILABLE
                                        || r.kind() == Refusal.Kind.EXHAUSTED;
                        case StatusRuntimeException s -> isTransient(s.getStatus().getCode());
                        case KafkaException k -> true;
                        case SQLTransientException s -> true;
                        case SQLRecoverableException s -> true;
                        case SQLNonTransientConnectionException s -> true;
                        case java.sql.SQLException s -> isConnectionState(s.getSQLState());
                        default -> false;
                    };
            if (passes) return true;
        }
        return false;
    }

    private static boolean isTransient(Status.Code code) {
        return switch (code) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, CANCELLED -> true;
            case OK,
                    UNKNOWN,
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    DATA_LOSS,
                    UNAUTHENTICATED ->
                    false;
        };
    }

    /** SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown): the server comes back. */
    private static boolean isConnectionState(String state) {
        return state != null
                && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P"));
    }
}
