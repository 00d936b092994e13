package dev.rejoinder.standalone.platform;

import io.quarkus.runtime.Quarkus;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The platform in this process, from the first check to the last row written.
 *
 * <ul>
 *   <li>Kafka and PostgreSQL are up before any service starts, and stop after the last of them.
 *   <li>SIGTERM, SIGINT and the death of the process that asked for it all end it the same way.
 *   <li>What goes wrong is one line; nothing is left running.
 * </ul>
 */
public final class Platform {
    /** Longer than Quarkus waits for requests in flight, plus Kafka's and PostgreSQL's own end. */
    private static final long STOP_LIMIT_SECONDS = 60;

    private final Settings settings;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * How a platform is started.
     *
     * @param folder its data
     * @param host the address it listens on
     * @param port REST and gRPC
     * @param configuration what else is set, by configuration key
     * @param parent process whose death ends the platform; 0 for none
     */
    public record Settings(
            DataFolder folder,
            String host,
            int port,
            Map<String, String> configuration,
            long parent) {
        public Settings {
            configuration = Map.copyOf(configuration);
        }
    }

    private Platform(Settings settings) {
        this.settings = settings;
    }

    /**
     * Runs until it is told to stop.
     *
     * @throws CannotGoOn if it cannot start
     */
    public static void run(Settings settings) {
        Preflight.check(settings.folder(), settings.host(), settings.port());
        new Platform(settings).run();
    }

    private void run() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitEnd, "platform-end"));
        followParent();
        try (InstanceLock lock = InstanceLock.take(settings.folder());
                Infrastructure infrastructure = Infrastructure.start(settings.folder())) {
            configure(infrastructure);
            serve(infrastructure.kafkaAddress());
        } finally {
            ended.countDown();
        }
    }

    /** Keeps the JVM from halting before the services, Kafka and PostgreSQL have ended. */
    private void awaitEnd() {
        try {
            if (!ended.await(STOP_LIMIT_SECONDS, TimeUnit.SECONDS))
                PostgresProcess.stop(settings.folder());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void followParent() {
        if (settings.parent() == 0) return;
        ProcessHandle.of(settings.parent())
                .ifPresentOrElse(
                        parent -> parent.onExit().thenRun(() -> System.exit(0)),
                        () -> {
                            throw new CannotGoOn(
                                    "the process "
                                            + settings.parent()
                                            + " that asked for a platform is gone");
                        });
    }

    private void configure(Infrastructure infrastructure) {
        infrastructure.configuration().forEach(System::setProperty);
        FolderConfiguration.of(settings.folder()).forEach(System::setProperty);
        System.setProperty("quarkus.http.host", settings.host());
        System.setProperty("quarkus.http.port", String.valueOf(settings.port()));
        settings.configuration().forEach(System::setProperty);
    }

    private void serve(String kafkaAddress) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        try {
            Quarkus.run(
                    PlatformApplication.class,
                    (code, error) -> failure.set(error),
                    settings.folder().root().toString(),
                    settings.host(),
                    String.valueOf(settings.port()),
                    kafkaAddress);
        } finally {
            PlatformRecord.remove(settings.folder());
        }
        Throwable error = failure.get();
        if (error != null)
            throw new CannotGoOn("the services do not start: " + innermost(error), error);
    }

    /** The first cause in one line; its own remedy, where it has one, stands in the lines after. */
    private static String innermost(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) cause = cause.getCause();
        String message = cause.getMessage();
        return message == null || message.isBlank()
                ? cause.toString()
                : message.strip().replaceAll("\\s*\\n\\s*", " ");
    }
}
