package dev.rejoinder.signals.detect.grpc;

import dev.rejoinder.kernel.grpc.Offload;
import dev.rejoinder.proto.signals.v1.DetectRequest;
import dev.rejoinder.proto.signals.v1.DetectResponse;
import dev.rejoinder.proto.signals.v1.SignalsService;
import dev.rejoinder.signals.detect.Detector;
import dev.rejoinder.signals.proto.ProtoSignals;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;

/** {@code SignalsService}: reads what it is sent and records nothing. */
@GrpcService
public class SignalsGrpc implements SignalsService {
    private final Detector detector;

    @Inject
    public SignalsGrpc(Detector detector) {
        this.detector = detector;
    }

    @Override
    public Uni<DetectResponse> detect(DetectRequest request) {
        return Uni.createFrom().item(() -> read(request)).runSubscriptionOn(Offload.executor());
    }

    private DetectResponse read(DetectRequest request) {
        return DetectResponse.newBuilder()
                .addAllSignals(
                        detector.read(DetectRequests.exchanges(request)).stream()
                                .map(ProtoSignals::signal)
                                .toList())
                .build();
    }
}
