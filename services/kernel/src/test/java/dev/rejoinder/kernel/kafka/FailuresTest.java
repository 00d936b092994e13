package dev.rejoinder.kernel.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.kernel.error.Refusal;
import io.grpc.Status;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void whatIsAwayComesBack() {
        assertThat(Failures.isTransient(Refusal.unavailable("no scorer"))).isTrue();
        assertThat(Failures.isTransient(Status.UNAVAILABLE.asRuntimeException())).isTrue();
        assertThat(Failures.isTransient(new TimeoutException("no broker"))).isTrue();
        assertThat(Failures.isTransient(new KafkaException("fetch", new IOException()))).isTrue();
        assertThat(Failures.isTransient(sql("57P01"))).isTrue();
        assertThat(Failures.isTransient(sql("40P01"))).isTrue();
    }

    /** Agroal reports an exhausted pool without an SQLSTATE. */
    @Test
    void aConnectionPoolThatIsEmptyFillsAgain() {
        assertThat(Failures.isTransient(new ConnectionException(new SQLException("timeout"))))
                .isTrue();
    }

    @Test
    void whatIsWrongStaysWrong() {
        assertThat(Failures.isTransient(Refusal.invalid("n", "n of 0"))).isFalse();
        assertThat(Failures.isTransient(Status.INVALID_ARGUMENT.asRuntimeException())).isFalse();
        assertThat(Failures.isTransient(sql("23505"))).isFalse();
        assertThat(Failures.isTransient(new NullPointerException())).isFalse();
    }

    @Test
    void aRecordThatNoBrokerTakesStaysTooLargeBehindAnyWrapper() {
        assertThat(
                        Failures.isTransient(
                                new KafkaException(
                                        "send",
                                        new ExecutionException(new RecordTooLargeException()))))
                .isFalse();
    }

    private static RuntimeException sql(String state) {
        return new IllegalStateException("jdbi", new SQLException("failed", state));
    }
}
