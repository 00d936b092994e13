package dev.rejoinder.inference.routing;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.registry.v1.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says which version answers a chat, and follows the registry's table.
 *
 * <ul>
 *   <li>Until a table is seen the base answers everyone; it can always be asked for by name.
 *   <li>A new version is loaded and verified before the first conversation is routed to it. One
 *       that cannot be is refused: a canary's share stays with the champion, and if it is the
 *       champion the old table serves on.
 *   <li>Chats under way keep their version to the end.
 * </ul>
 */
public final class VersionRouter {
    private static final Log LOG = Log.of(VersionRouter.class);

    private static final int SHOWN = 128;

    private final String modelId;
    private final AdapterLoader loader;
    private final RoutingObserver observer;
    private final ServedVersion base;
    private volatile RoutingTable table;
    private @Nullable Routing refused;

    public VersionRouter(LanguageModel model, RoutingObserver observer) {
        this.modelId = model.info().name();
        this.loader = new AdapterLoader(model);
        this.observer = observer;
        this.base =
                new ServedVersion(
                        ModelVersion.newBuilder()
                                .setModelId(modelId)
                                .setVersion(VersionName.BASE)
                                .setBaseDigest(model.info().digest())
                                .build(),
                        null);
        this.table = RoutingTable.only(base, 0);
        observer.changed(table);
    }

    public ModelVersion base() {
        return base.version();
    }

    public String modelId() {
        return modelId;
    }

    public RoutingTable table() {
        return table;
    }

    /** Everything that can be asked for by name: routed versions, and the base. */
    public List<ServedVersion> served() {
        List<ServedVersion> all =
                new ArrayList<>(table.routes().stream().map(RoutingTable.Route::served).toList());
        if (!all.contains(base)) all.add(base);
        return all;
    }

    /**
     * Takes a lease on the version that answers; the caller releases it.
     *
     * @param model a model id, whose versions share the traffic; {@code model_id@version} for one
     *     of them; empty for this node's model
     * @throws Refusal if it is not served; says what is
     */
    public ServedVersion lease(String model, String stickyKey) {
        while (true) {
            ServedVersion chosen = choose(model, stickyKey);
            // Only a version that was retired between the two lines refuses; look again then.
            if (chosen.lease()) return chosen;
        }
    }

    private ServedVersion choose(String model, String stickyKey) {
        if (model.isEmpty() || model.equals(modelId)) return table.choose(stickyKey);
        Optional<ServedVersion> named =
                served().stream().filter(s -> s.name().equals(model)).findFirst();
        return named.orElseThrow(() -> unknown(model));
    }

    /** The refusal of a model that is not served. */
    public Refusal unknown(String model) {
        String known =
                served().stream()
                        .map(s -> '"' + s.name() + '"')
                        .collect(Collectors.joining(", ", "\"" + modelId + "\", ", ""));
        // Names end up in headers, which are bounded.
        String name = model.length() <= SHOWN ? model : model.substring(0, SHOWN) + "…";
        return new Refusal(
                Refusal.Kind.NOT_FOUND,
                ErrorReason.ERROR_REASON_MODEL_UNKNOWN,
                "model \"%s\" is not served here; ask for one of %s".formatted(name, known),
                Map.of("field", "model", "model", name));
    }

    /** Takes the registry's table; loads what is new in it. One thread at a time. */
    public synchronized void follow(Routing routing) {
        if (!routing.getModelId().equals(modelId) || routing.getRevision() <= table.revision())
            return;
        apply(routing);
    }

    /** Tries again to load what was refused, in case its files have come since. */
    public synchronized void retryRefused() {
        Routing again = refused;
        if (again != null && again.getRevision() >= table.revision()) apply(again);
    }

    private void apply(Routing routing) {
        refused = null;
        try {
            switchTo(build(routing));
        } catch (UnreadableModelException | IllegalArgumentException e) {
            refused = routing;
            LOG.warn(
                    "refused a routing table, the old one serves on",
                    "modelId",
                    modelId,
                    "count",
                    routing.getRevision(),
                    "reason",
                    e.getMessage());
        }
    }

    private RoutingTable build(Routing routing) {
        RoutingTable.checkShares(routing.getRoutesList().stream().map(Route::getShare).toList());
        Route champion = only(Stage.STAGE_CHAMPION, routing).orElseThrow(() -> noChampion(routing));
        ServedVersion served = load(champion);
        Optional<Route> canary = only(Stage.STAGE_CANARY, routing);
        if (canary.isEmpty()) return RoutingTable.only(served, routing.getRevision());
        try {
            return new RoutingTable(
                    routing.getRevision(),
                    List.of(
                            new RoutingTable.Route(
                                    load(canary.get()),
                                    Stage.STAGE_CANARY,
                                    canary.get().getShare()),
                            new RoutingTable.Route(
                                    served, Stage.STAGE_CHAMPION, champion.getShare())));
        } catch (UnreadableModelException e) {
            refused = routing;
            return RoutingTable.only(served, routing.getRevision());
        }
    }

    private static IllegalArgumentException noChampion(Routing routing) {
        return new IllegalArgumentException(
                "revision " + routing.getRevision() + " names no champion");
    }

    private static Optional<Route> only(Stage stage, Routing routing) {
        List<Route> found =
                routing.getRoutesList().stream().filter(r -> r.getStage() == stage).toList();
        if (found.size() > 1)
            throw new IllegalArgumentException(
                    "revision %d names %d versions as %s"
                            .formatted(routing.getRevision(), found.size(), stage));
        return found.stream().findFirst();
    }

    private ServedVersion load(Route route) {
        ModelVersion version = route.getVersion();
        if (version.equals(base.version())) return base;
        Optional<ServedVersion> loaded =
                table.routes().stream()
                        .map(RoutingTable.Route::served)
                        .filter(s -> s.version().equals(version))
                        .findFirst();
        if (loaded.isPresent()) return loaded.get();
        try {
            ServedVersion fresh = new ServedVersion(version, loader.load(route));
            LOG.info("loaded and verified a version", "modelVersion", fresh.name());
            return fresh;
        } catch (UnreadableModelException e) {
            observer.refused(VersionName.of(version));
            LOG.warn(
                    "refused a version",
                    "modelVersion",
                    VersionName.of(version),
                    "reason",
                    e.getMessage());
            throw e;
        }
    }

    private void switchTo(RoutingTable next) {
        RoutingTable before = table;
        table = next;
        observer.changed(next);
        for (RoutingTable.Route old : before.routes()) {
            boolean kept = next.routes().stream().anyMatch(r -> r.served() == old.served());
            if (!kept && old.served() != base) old.served().retire();
        }
    }
}
