package dev.rejoinder.standalone.soak;

import dev.rejoinder.bench.soak.Tally;
import dev.rejoinder.inference.routing.RoutingObserver;
import dev.rejoinder.inference.routing.RoutingTable;
import dev.rejoinder.inference.routing.ServedVersion;
import dev.rejoinder.inference.routing.VersionRouter;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.registry.v1.Stage;

/**
 * A champion and a canary in the inference service's own router. With every swap the canary becomes
 * the champion, the champion is closed, and another is read from disk as the canary.
 */
final class SwappedAdapters implements AutoCloseable {
    private final TrainedAdapters trained;
    private final VersionRouter router;
    private final String modelId;
    private long revision;
    private int versions;
    private Route canary;

    SwappedAdapters(LanguageModel model, TrainedAdapters trained, Tally tally) {
        this.trained = trained;
        this.router = new VersionRouter(model, new Refusals(tally));
        this.modelId = model.info().name();
        this.canary = fresh();
        swap();
    }

    /**
     * The version that answers one request; to be released once the batch holds its adapter.
     *
     * @param user every one is answered by the same version until the next swap
     */
    ServedVersion lease(String user) {
        return router.lease("", user);
    }

    void swap() {
        Route champion = canary.toBuilder().setStage(Stage.STAGE_CHAMPION).build();
        canary = fresh();
        router.follow(table().addRoutes(champion).addRoutes(canary).build());
    }

    private Route fresh() {
        TrainedAdapters.Saved next = trained.next();
        return Route.newBuilder()
                .setVersion(
                        router.base().toBuilder()
                                .setVersion("soak-" + ++versions)
                                .setAdapterDigest(next.digest()))
                .setArtifactUri(next.folder().toUri().toString())
                .setStage(Stage.STAGE_CANARY)
                .setShare(0.5)
                .build();
    }

    private Routing.Builder table() {
        return Routing.newBuilder().setModelId(modelId).setRevision(++revision);
    }

    /** Only the base is left. */
    @Override
    public void close() {
        Route base =
                Route.newBuilder()
                        .setVersion(router.base())
                        .setStage(Stage.STAGE_CHAMPION)
                        .setShare(1)
                        .build();
        router.follow(table().addRoutes(base).build());
    }

    /** An adapter that this process wrote is never refused. */
    private record Refusals(Tally tally) implements RoutingObserver {
        @Override
        public void changed(RoutingTable table) {}

        @Override
        public void refused(String versionName) {
            tally.fault("adapter " + versionName + " was refused");
        }
    }
}
