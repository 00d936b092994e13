package dev.rejoinder.standalone.client;

import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc.PreferencesServiceBlockingStub;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc.RegistryServiceBlockingStub;
import dev.rejoinder.proto.reward.v1.RewardServiceGrpc;
import dev.rejoinder.proto.reward.v1.RewardServiceGrpc.RewardServiceBlockingStub;
import dev.rejoinder.proto.trainer.v1.TrainerServiceGrpc;
import dev.rejoinder.proto.trainer.v1.TrainerServiceGrpc.TrainerServiceBlockingStub;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.standalone.platform.DataFolder;
import dev.rejoinder.standalone.platform.PlatformRecord;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.concurrent.TimeUnit;

/** gRPC to a running platform. */
public final class PlatformConnection implements AutoCloseable {
    private static final int LARGEST_MESSAGE_BYTES = 64 << 20;
    private static final long DEADLINE_SECONDS = 120;

    private final ManagedChannel channel;
    private final PlatformRecord platform;

    private PlatformConnection(PlatformRecord platform) {
        this.platform = platform;
        this.channel =
                ManagedChannelBuilder.forAddress(platform.reachableHost(), platform.port())
                        .usePlaintext()
                        .maxInboundMessageSize(LARGEST_MESSAGE_BYTES)
                        .build();
    }

    /**
     * @throws CannotGoOn if no platform runs on the folder
     */
    public static PlatformConnection open(DataFolder folder) {
        return to(running(folder));
    }

    public static PlatformConnection to(PlatformRecord platform) {
        return new PlatformConnection(platform);
    }

    /**
     * @throws CannotGoOn if no platform runs on the folder
     */
    public static PlatformRecord running(DataFolder folder) {
        return PlatformRecord.read(folder)
                .orElseThrow(() ->
                        new CannotGoOn(
                                "no platform runs on "
                                        + folder.root()
                                        + "; start one with ./rejoinder up, or name its folder with --data-dir"));
    }

    public PlatformRecord platform() {
        return platform;
    }

    public RegistryServiceBlockingStub registry() {
        return RegistryServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public PreferencesServiceBlockingStub preferences() {
        return PreferencesServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public TrainerServiceBlockingStub trainer() {
        return TrainerServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public RewardServiceBlockingStub reward() {
        return RewardServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
