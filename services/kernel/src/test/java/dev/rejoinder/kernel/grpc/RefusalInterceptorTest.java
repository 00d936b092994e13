package dev.rejoinder.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.ErrorInfo;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.ListVersionsResponse;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.ExceptionHandlerProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;

class RefusalInterceptorTest {
    private static final Refusal REFUSAL =
            Refusal.invalid("page_size", "page_size of 900 exceeds 100; ask for at most 100");

    @Test
    void aRefusalThrownFromAPlainServiceReachesTheClientWithItsReason() throws Exception {
        assertIsTheRefusal(
                failureOf(
                        new Plain() {
                            @Override
                            void answer(StreamObserver<ListVersionsResponse> observer) {
                                throw REFUSAL;
                            }
                        }));
    }

    @Test
    void aRefusalSentByOnErrorReachesTheClientWithItsReason() throws Exception {
        assertIsTheRefusal(
                failureOf(
                        new Plain() {
                            @Override
                            void answer(StreamObserver<ListVersionsResponse> observer) {
                                observer.onError(REFUSAL);
                            }
                        }));
    }

    @Test
    void aRefusalBehindAnotherExceptionStillCounts() throws Exception {
        assertIsTheRefusal(
                failureOf(
                        new Plain() {
                            @Override
                            void answer(StreamObserver<ListVersionsResponse> observer) {
                                throw new IllegalStateException("wrapped", REFUSAL);
                            }
                        }));
    }

    /** Quarkus does this to a failed Uni or Multi; the registry's tests see it do so. */
    @Test
    void aRefusalWrappedByQuarkusReachesTheClientWithItsReason() throws Exception {
        assertIsTheRefusal(
                failureOf(
                        new Plain() {
                            @Override
                            void answer(StreamObserver<ListVersionsResponse> observer) {
                                observer.onError(
                                        ExceptionHandlerProvider.toStatusException(REFUSAL, false));
                            }
                        }));
    }

    @Test
    void aDatabaseThatCannotBeReachedIsUnavailableSoThatTheClientTriesAgain() throws Exception {
        StatusRuntimeException failure =
                failureOf(
                        new Plain() {
                            @Override
                            void answer(StreamObserver<ListVersionsResponse> observer) {
                                throw new ConnectionException(new SQLException("refused"));
                            }
                        });

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void anyOtherExceptionTellsTheClientNothingOfItsMessage() throws Exception {
        StatusRuntimeException failure =
                failureOf(
                        new Plain() {
                            @Override
                            void answer(StreamObserver<ListVersionsResponse> observer) {
                                observer.onError(
                                        ExceptionHandlerProvider.toStatusException(
                                                new IllegalStateException("a user's words"),
                                                false));
                            }
                        });

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
        assertThat(failure).hasMessageNotContaining("a user's words");
    }

    private static void assertIsTheRefusal(StatusRuntimeException failure) throws Exception {
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription()).isEqualTo(REFUSAL.getMessage());
        ErrorInfo info = StatusProto.fromThrowable(failure).getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("ERROR_REASON_FIELD_INVALID");
        assertThat(info.getDomain()).isEqualTo("rejoinder.dev");
        assertThat(info.getMetadataMap()).containsEntry("field", "page_size");
    }

    private static StatusRuntimeException failureOf(BindableService service) throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Server server =
                NettyServerBuilder.forAddress(anyPort)
                        .addService(service)
                        .intercept(new RefusalInterceptor())
                        .build()
                        .start();
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .build();
        try {
            var stub = RegistryServiceGrpc.newBlockingStub(channel);
            return catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> stub.listVersions(ListVersionsRequest.getDefaultInstance()));
        } finally {
            channel.shutdownNow();
            server.shutdownNow().awaitTermination();
        }
    }

    /** A service of the kind that protoc makes. */
    private abstract static class Plain extends RegistryServiceGrpc.RegistryServiceImplBase {
        abstract void answer(StreamObserver<ListVersionsResponse> observer);

        @Override
        public void listVersions(
                ListVersionsRequest request, StreamObserver<ListVersionsResponse> observer) {
            answer(observer);
        }
    }
}
