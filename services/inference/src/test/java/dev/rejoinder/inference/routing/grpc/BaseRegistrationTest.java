package dev.rejoinder.inference.routing.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.RegisterBaseRequest;
import dev.rejoinder.proto.registry.v1.RegisterBaseResponse;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class BaseRegistrationTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ModelVersion BASE =
            ModelVersion.newBuilder().setModelId("tiny").setVersion("base").build();

    private final Queue<ModelVersion> heard = new ConcurrentLinkedQueue<>();

    private final class Registry extends RegistryServiceGrpc.RegistryServiceImplBase {
        @Override
        public void registerBase(
                RegisterBaseRequest request, StreamObserver<RegisterBaseResponse> observer) {
            heard.add(request.getVersion());
            observer.onNext(RegisterBaseResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    /** Knows other weights by every name. */
    private static final class Refusing extends RegistryServiceGrpc.RegistryServiceImplBase {
        @Override
        public void registerBase(
                RegisterBaseRequest request, StreamObserver<RegisterBaseResponse> observer) {
            observer.onError(
                    Status.FAILED_PRECONDITION
                            .withDescription("tiny is registered with another digest")
                            .asRuntimeException());
        }
    }

    @Test
    void aRefusalIsToldUntilTheRegistryTakesTheBase() throws Exception {
        Server server = ServerBuilder.forPort(0).addService(new Refusing()).build().start();
        int port = server.getPort();
        ManagedChannel channel =
                ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try (BaseRegistration registration =
                BaseRegistration.start(RegistryServiceGrpc.newBlockingStub(channel), BASE)) {
            await().atMost(SOON).until(() -> registration.refusal().isPresent());
            assertThat(registration.refusal()).hasValue("tiny is registered with another digest");
            int asked = registration.attempts();
            server.shutdownNow().awaitTermination();
            await().atMost(SOON).until(() -> registration.attempts() > asked + 1);
            assertThat(registration.refusal()).isPresent();

            Server right = ServerBuilder.forPort(port).addService(new Registry()).build().start();

            await().atMost(SOON).until(registration::isRegistered);
            assertThat(registration.refusal()).isEmpty();
            right.shutdownNow();
        } finally {
            channel.shutdownNow();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aRegistryThatComesLateStillHearsOfTheBaseOnce() throws Exception {
        int port = freePort();
        ManagedChannel channel =
                ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try (BaseRegistration registration =
                BaseRegistration.start(RegistryServiceGrpc.newBlockingStub(channel), BASE)) {
            await().atMost(SOON).until(() -> registration.attempts() > 0);
            assertThat(registration.isRegistered()).isFalse();

            Server late = ServerBuilder.forPort(port).addService(new Registry()).build().start();

            await().atMost(SOON).until(registration::isRegistered);
            assertThat(heard).containsExactly(BASE);
            late.shutdownNow();
        } finally {
            channel.shutdownNow();
        }
    }
}
