package dev.rejoinder.inference.routing.grpc;

import dev.rejoinder.inference.routing.VersionName;
import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.RegisterBaseRequest;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc.RegistryServiceBlockingStub;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells the registry which base this node serves, again and again until it has heard. No chat waits
 * for it. Where the registry knows other weights by the same name, the node is not ready, so that
 * nobody is sent to it: see {@link #refusal}.
 */
public final class BaseRegistration implements AutoCloseable {
    private static final Log LOG = Log.of(BaseRegistration.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int DEADLINE_SECONDS = 3;

    private final RegistryServiceBlockingStub registry;
    private final ModelVersion base;
    private final Worker worker;
    private volatile boolean registered;
    private volatile @Nullable String refusal;
    private volatile int attempts;

    private BaseRegistration(RegistryServiceBlockingStub registry, ModelVersion base) {
        this.registry = registry;
        this.base = base;
        this.worker = Worker.start("register-base", RETRY, PATIENCE, this::pass);
    }

    public static BaseRegistration start(RegistryServiceBlockingStub registry, ModelVersion base) {
        return new BaseRegistration(registry, base);
    }

    public boolean isRegistered() {
        return registered;
    }

    /** Why the registry will not have this base; empty while it has it or has not answered. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Whether the registry has answered, or has twice not answered in time. */
    public boolean hasAsked() {
        return registered || refusal != null || attempts > 1;
    }

    /** Calls made so far, answered or not. */
    int attempts() {
        return attempts;
    }

    private boolean pass() {
        if (registered) return false;
        try {
            // Waits for a registry that starts at the same time, as in one process.
            registry.withWaitForReady()
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .registerBase(RegisterBaseRequest.newBuilder().setVersion(base).build());
            registered = true;
            refusal = null;
            LOG.info("the registry knows the base", "modelVersion", VersionName.of(base));
        } catch (StatusRuntimeException e) {
            boolean news = isRefusal(e) && refusal == null;
            // A registry that is away has not changed its mind.
            if (isRefusal(e)) refusal = words(e);
            if (attempts == 0 || news)
                LOG.warn(meaning(e), "modelVersion", VersionName.of(base), "reason", e.getStatus());
        } finally {
            attempts++;
        }
        return false;
    }

    private static boolean isRefusal(StatusRuntimeException e) {
        return switch (e.getStatus().getCode()) {
            case FAILED_PRECONDITION, INVALID_ARGUMENT, ALREADY_EXISTS -> true;
            default -> false;
        };
    }

    private static String words(StatusRuntimeException e) {
        return Objects.requireNonNullElse(
                e.getStatus().getDescription(), e.getStatus().getCode().name());
    }

    private static String meaning(StatusRuntimeException e) {
        return isRefusal(e)
                ? "the registry refuses the base: the weights loaded are not those it knows by this"
                        + " name, and the node is not ready"
                : "the registry does not answer, the base serves everyone meanwhile";
    }

    @Override
    public void close() {
        worker.close();
    }
}
