package dev.rejoinder.standalone.demo;

import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.registry.v1.Stage;
import dev.rejoinder.proto.trainer.v1.Run;
import dev.rejoinder.proto.trainer.v1.RunState;
import dev.rejoinder.proto.trainer.v1.StartRunRequest;
import dev.rejoinder.standalone.client.PlatformConnection;
import dev.rejoinder.standalone.client.RunProgress;
import dev.rejoinder.testkit.users.Crowd;
import dev.rejoinder.testkit.users.Prompts;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loop: what users get before, what they say, what is learned of it, how it is rolled out, what
 * they get after. Every wait has an end, so that a demo always reaches its report.
 */
final class Loop {
    private static final int USERS_AT_ONCE = 10;
    private static final int MOST_LIVE_CONVERSATIONS = 144;
    private static final Duration CHAT_LIMIT = Duration.ofMinutes(6);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(4);

    private static final Duration TRAINING_LIMIT = Duration.ofMinutes(10);
    private static final Duration ROLLOUT_LIMIT = Duration.ofMinutes(5);
    private static final Duration RECORDED_LIMIT = Duration.ofSeconds(60);

    private final DemoSettings settings;
    private final StageBoard board;
    private final Conversation.Talk talk;
    private final Observations observations;
    private final Backlog backlog;
    private final PlatformConnection connection;

    Loop(
            DemoSettings settings,
            StageBoard board,
            Conversation.Talk talk,
            Observations observations,
            Backlog backlog,
            PlatformConnection connection) {
        this.settings = settings;
        this.board = board;
        this.talk = talk;
        this.observations = observations;
        this.backlog = backlog;
        this.connection = connection;
    }

    /**
     * Runs it.
     *
     * @return the promoted version's name; null if none was promoted
     */
    @Nullable String close() {
        askHeldOut("before", Exchange.Phase.BEFORE, "base");
        chat();
        settle();
        Optional<Run> run = train();
        @Nullable String promoted =
                run.filter(r -> r.getState() == RunState.RUN_STATE_REGISTERED)
                        .map(r -> rollOut(r.getVersion()))
                        .orElse(null);
        if (promoted != null) askHeldOut("after", Exchange.Phase.AFTER, promoted);
        awaitRecords();
        return promoted;
    }

    /** Until the event log has every turn that was answered. */
    private void awaitRecords() {
        int answered = talk.ledger().answered();
        try (StageBoard.Stage stage = board.begin("records", answered)) {
            Phases.until(
                    RECORDED_LIMIT,
                    () -> observations.turns() >= answered,
                    () -> stage.at(observations.turns(), "turns"));
            stage.at(observations.turns(), "turns");
        }
    }

    private void askHeldOut(String name, Exchange.Phase phase, String version) {
        try (StageBoard.Stage stage = board.begin(name, HeldOutQuestions.count())) {
            Conversation.Talk exact =
                    new Conversation.Talk(
                            talk.client(),
                            talk.model() + "@" + version,
                            talk.preference(),
                            talk.ledger(),
                            talk.clock());
            HeldOutQuestions.ask(exact, phase, settings.seed() * 7919, stage::advance);
            stage.at("preference met: " + met(phase));
        }
    }

    private void chat() {
        Crowd crowd = new Crowd(settings.preference(), settings.seed());
        try (StageBoard.Stage stage = board.begin("conversations", settings.conversations());
                Traffic traffic =
                        Traffic.start(
                                talk,
                                Exchange.Phase.LEARNING,
                                crowd.arrive(Prompts.TRAINING, settings.conversations()),
                                USERS_AT_ONCE,
                                settings.seed())) {
            Phases.until(
                    CHAT_LIMIT, traffic::isOver, () -> stage.at(traffic.finished(), learned()));
        }
    }

    private String learned() {
        return "%d replies, %d signals, %d pairs"
                .formatted(
                        talk.ledger().of(Exchange.Phase.LEARNING).size(),
                        observations.signalCount(),
                        observations.pairCount());
    }

    /** Until every service has worked through what was said. */
    private void settle() {
        try (StageBoard.Stage stage = board.begin("pairs", 0)) {
            Phases.until(
                    SETTLE_LIMIT,
                    () -> observations.turns() >= talk.ledger().answered() && backlog.events() == 0,
                    () -> stage.at(learned() + ", " + backlog.events() + " events to go"));
        }
    }

    private Optional<Run> train() {
        try (StageBoard.Stage stage = board.begin("training", 0)) {
            if (observations.firstRun().isPresent() || started(stage))
                Phases.until(
                        TRAINING_LIMIT,
                        () -> observations.firstRun().filter(RunProgress::isOver).isPresent(),
                        () ->
                                observations
                                        .firstRun()
                                        .ifPresent(r -> stage.at(RunProgress.line(r))));
            return observations.firstRun();
        }
    }

    /** Whether the trainer took the command; where it did not, its reason is shown. */
    private boolean started(StageBoard.Stage stage) {
        try {
            connection.trainer().startRun(StartRunRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            stage.at(String.valueOf(e.getStatus().getDescription()));
            return false;
        }
    }

    /** Live traffic until the registry has decided. */
    private @Nullable String rollOut(String version) {
        // Another seed, so that nobody says again what was said before.
        Crowd crowd = new Crowd(settings.preference(), settings.seed() + 500);
        try (StageBoard.Stage stage = board.begin("rollout", 0);
                Traffic traffic =
                        Traffic.start(
                                talk,
                                Exchange.Phase.ROLLOUT,
                                crowd.arrive(Prompts.LIVE, MOST_LIVE_CONVERSATIONS),
                                USERS_AT_ONCE,
                                settings.seed() + 500)) {
            Phases.until(
                    ROLLOUT_LIMIT,
                    () -> isDecided(version) || traffic.isOver(),
                    () -> stage.at(routes() + ", " + traffic.finished() + " conversations"));
            return isChampion(version) ? version : null;
        }
    }

    private boolean isChampion(String version) {
        return newest().stream()
                .flatMap(r -> r.getRoutesList().stream())
                .anyMatch(r ->
                        r.getVersion().getVersion().equals(version)
                                && r.getStage() == Stage.STAGE_CHAMPION);
    }

    /** Promoted, or seen as a canary and gone again. */
    private boolean isDecided(String version) {
        boolean wasServed = observations.routings().stream().anyMatch(r -> serves(r, version));
        boolean isServed = newest().filter(r -> serves(r, version)).isPresent();
        return isChampion(version) || (wasServed && !isServed);
    }

    private static boolean serves(Routing routing, String version) {
        return routing.getRoutesList().stream()
                .anyMatch(r -> r.getVersion().getVersion().equals(version));
    }

    private Optional<Routing> newest() {
        List<Routing> routings = observations.routings();
        return routings.isEmpty() ? Optional.empty() : Optional.of(routings.getLast());
    }

    private String routes() {
        StringBuilder text = new StringBuilder();
        newest().ifPresent(routing -> {
            for (Route r : routing.getRoutesList())
                text.append(text.isEmpty() ? "" : ", ")
                        .append(r.getVersion().getVersion())
                        .append(" %.0f %%".formatted(100 * r.getShare()));
        });
        return text.toString();
    }

    private String met(Exchange.Phase phase) {
        return "%.0f %%".formatted(100 * ReplyQuality.of(talk.ledger().of(phase)).met());
    }
}
