package dev.rejoinder.kernel.kafka;

import dev.rejoinder.kernel.error.Refusal;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;

/** Tells what will pass by itself from what never will. */
final class Failures {
    private Failures() {}

    /** Whether trying the same thing later can succeed: the outermost cause that can tell, says. */
    static boolean isTransient(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            Boolean passes = judge(t);
            if (passes != null) return passes;
        }
        return false;
    }

    /** Null where this exception alone cannot tell. */
    private static @Nullable Boolean judge(Throwable failure) {
        return switch (failure) {
            case Refusal r ->
                    r.kind() == Refusal.Kind.UNAVAILABLE || r.kind() == Refusal.Kind.EXHAUSTED;
            case StatusRuntimeException s -> isTransient(s.getStatus().getCode());
            case StatusException s -> isTransient(s.getStatus().getCode());
            // Jdbi could not get a connection: server away, or the pool (no SQLSTATE) exhausted.
            case ConnectionException c -> true;
            case SQLTransientException s -> true;
            case SQLRecoverableException s -> true;
            case SQLNonTransientConnectionException s -> true;
            case SQLException s -> isTransientState(s.getSQLState()) ? true : null;
            case ConnectException c -> true;
            case SocketTimeoutException s -> true;
            case TimeoutException t -> true;
            case KafkaException k -> !isPoison(k);
            default -> null;
        };
    }

    /**
     * A record that no broker will ever take, also behind the exception that a send wraps it in.
     */
    private static boolean isPoison(KafkaException failure) {
        for (Throwable t = failure; t != null; t = t.getCause())
            if (t instanceof RecordTooLargeException || t instanceof SerializationException)
                return true;
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

    /**
     * SQLSTATE classes 08 (connection), 40 (deadlock, serialization), 53 (resources), 57P
     * (shutdown), 58 (system) and 55P03 (lock): the next try meets another state.
     */
    private static boolean isTransientState(@Nullable String state) {
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("40")
                        || state.startsWith("53")
                        || state.startsWith("57P")
                        || state.startsWith("58")
                        || state.equals("55P03"));
    }
}
