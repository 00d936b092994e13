package dev.rejoinder.inference;

import dev.rejoinder.inference.chat.ChatDefaults;
import dev.rejoinder.inference.chat.ChatService;
import dev.rejoinder.inference.conversation.ShareKeys;
import dev.rejoinder.inference.conversation.UserHash;
import dev.rejoinder.inference.metrics.InferenceMetrics;
import dev.rejoinder.inference.recording.Spool;
import dev.rejoinder.inference.recording.SpooledTurns;
import dev.rejoinder.inference.recording.kafka.Shipper;
import dev.rejoinder.inference.routing.VersionRouter;
import dev.rejoinder.inference.routing.grpc.BaseRegistration;
import dev.rejoinder.inference.routing.kafka.RoutingFollower;
import dev.rejoinder.inference.schedule.QueueLimits;
import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc.RegistryServiceBlockingStub;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts of an inference node, put together once and taken apart in reverse. */
@Singleton
public class InferenceNode {
    private static final Log LOG = Log.of(InferenceNode.class);

    /** For chats whose rows have ended: their turns have only to reach the disk. */
    private static final Duration LAST_TURNS = Duration.ofSeconds(5);

    private final InferenceSettings settings;
    private final LanguageModel model;
    private final Clock clock;
    private final Clients clients;
    private final Topics topics;
    private final RegistryServiceBlockingStub registry;
    private final InferenceMetrics metrics;
    private final VersionRouter router;
    private final UserHash users;
    private final ShareKeys shares;
    private final Spool spool;
    private final Scheduler scheduler;
    private final ChatService chats;
    private final List<AutoCloseable> background = new ArrayList<>();
    private volatile @Nullable BaseRegistration registration;

    @Inject
    public InferenceNode(
            InferenceSettings settings,
            LanguageModel model,
            Clock clock,
            Clients clients,
            Topics topics,
            MeterRegistry meters,
            @GrpcClient("registry") RegistryServiceBlockingStub registry) {
        settings.check();
        this.settings = settings;
        this.model = model;
        this.clock = clock;
        this.clients = clients;
        this.topics = topics;
        this.registry = registry;
        this.metrics = new InferenceMetrics(meters);
        this.router = new VersionRouter(model, metrics);
        this.users = users(settings);
        this.shares = new ShareKeys(users, settings.shareBy() == InferenceSettings.ShareBy.API_KEY);
        this.spool = Spool.open(settings.spool().folder(), settings.spool().maxBytes());
        this.scheduler =
                new Scheduler(
                        () -> model.generator(settings.maxRunning()),
                        new QueueLimits(
                                settings.maxWaiting(),
                                settings.maxWaitingPerKey(),
                                shares.weights(settings.shareWeights())),
                        System::nanoTime,
                        metrics::waited);
        metrics.watch(scheduler, spool);
        this.chats =
                new ChatService(
                        model,
                        router,
                        new ChatDefaults(
                                settings.defaultTemperature(),
                                settings.defaultTopP(),
                                settings.defaultMaxTokens()),
                        new SecureRandom()::nextLong,
                        scheduler,
                        new SpooledTurns(spool, clock),
                        metrics);
    }

    private static UserHash users(InferenceSettings settings) {
        return settings.userHashKey()
                .map(UserHash::withSecret)
                .orElseGet(() ->
                        UserHash.withKeyFile(settings.spool().folder().resolve("user-hash.key")));
    }

    /** Kafka and the registry are reached from here on, whenever they answer. */
    void start(@Observes StartupEvent event) {
        background.add(Shipper.start(spool, clients, topics, metrics::shipped));
        background.add(RoutingFollower.start(router, clients, topics, settings.adapterRetry()));
        registration = BaseRegistration.start(registry, router.base());
        background.add(registration);
        LOG.info("answering chats", "modelId", router.modelId(), "state", "ready");
    }

    /** Chats under way finish, their turns reach the disk, and only then the parts go. */
    void stop(@Observes ShutdownEvent event) {
        scheduler.drain(settings.drain());
        chats.awaitIdle(LAST_TURNS);
        for (AutoCloseable part : background.reversed()) close(part);
        spool.close();
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("a part did not stop cleanly", "reason", e);
        }
    }

    public InferenceSettings settings() {
        return settings;
    }

    public LanguageModel model() {
        return model;
    }

    public VersionRouter router() {
        return router;
    }

    public ChatService chats() {
        return chats;
    }

    public UserHash users() {
        return users;
    }

    public ShareKeys shares() {
        return shares;
    }

    public InferenceMetrics metrics() {
        return metrics;
    }

    public Clock clock() {
        return clock;
    }

    /** Whether the registry was asked for the base, and has answered or is away. */
    public boolean hasAskedRegistry() {
        BaseRegistration begun = registration;
        return begun != null && begun.hasAsked();
    }

    /** Why the registry will not have this node's base; empty if nothing is wrong. */
    public Optional<String> refusal() {
        BaseRegistration begun = registration;
        return begun == null ? Optional.empty() : begun.refusal();
    }

    /** Whether the thread that decodes is alive. */
    public boolean isDecoding() {
        return scheduler.isAlive();
    }
}
