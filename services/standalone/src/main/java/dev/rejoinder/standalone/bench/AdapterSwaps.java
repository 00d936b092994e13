package dev.rejoinder.standalone.bench;

import dev.rejoinder.bench.Figure;
import dev.rejoinder.bench.Timing;
import dev.rejoinder.inference.routing.RoutingObserver;
import dev.rejoinder.inference.routing.RoutingTable;
import dev.rejoinder.inference.routing.ServedVersion;
import dev.rejoinder.inference.routing.VersionRouter;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.registry.v1.Stage;
import dev.rejoinder.standalone.platform.ScratchFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * From the registry's event to the first token of the version it names, while 4 chats go on: the
 * adapter is read from disk, verified, loaded and asked for a prompt of 32 tokens.
 */
final class AdapterSwaps {
    private static final int CHATS = 4;
    private static final int PROMPT = 32;
    private static final int QUIET = 32;
    private static final double PROMISED_SECONDS = 0.1;

    private final ServingSuite suite;
    private final LanguageModel model;
    private final VersionRouter router;
    private final int mostTokens;

    AdapterSwaps(ServingSuite suite) {
        this.suite = suite;
        this.model = suite.bench().model();
        this.router = new VersionRouter(model, new Unwatched());
        this.mostTokens = suite.bench().config().contextLength() - PROMPT;
    }

    void measure(Consumer<Figure> report) {
        int repeats = suite.bench().repeats();
        double[] firsts = new double[repeats];
        double[] steps = new double[repeats];
        double[] waits = new double[repeats];
        ScratchFolder scratch = ScratchFolder.create("bench");
        try {
            for (int r = -1; r < repeats; r++) {
                Path folder = scratch.folder().resolve("adapter" + (r + 1));
                Swap swap = swapped(table(r + 2L, champion(folder, r + 1)));
                if (r < 0) continue;
                firsts[r] = swap.first();
                steps[r] = swap.step();
                waits[r] = swap.longest();
            }
        } finally {
            scratch.delete();
            releaseLast(repeats + 2L);
        }
        Timing first = Timing.of(firsts);
        Timing wait = Timing.of(waits);
        report.accept(
                Figure.milliseconds("adapter swap, first token of the new", first)
                        .against("100 ms", first.median() / PROMISED_SECONDS));
        report.accept(
                Figure.milliseconds("longest wait of a chat meanwhile", wait)
                        .against("a decode step", wait.median() / Timing.of(steps).median()));
    }

    /** The base answers again, so that the last adapter's memory is freed. */
    private void releaseLast(long revision) {
        router.follow(
                table(
                        revision,
                        Route.newBuilder()
                                .setVersion(router.base())
                                .setStage(Stage.STAGE_CHAMPION)
                                .setShare(1)
                                .build()));
    }

    /**
     * What one swap took, in seconds.
     *
     * @param first from the event to the new version's first token
     * @param step median time between tokens before the event
     * @param longest time between two tokens of a chat meanwhile
     */
    private record Swap(double first, double step, double longest) {}

    private Swap swapped(Routing next) {
        List<ChatStream> chats = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) chats.add(suite.ask(suite.fresh(PROMPT), mostTokens));
        chats.forEach(c -> c.awaitTokens(QUIET));
        int[] begin = chats.stream().mapToInt(ChatStream::tokens).toArray();
        double seconds = firstToken(next);
        double wait = 0;
        double step = 0;
        for (int i = 0; i < CHATS; i++) {
            ChatStream chat = chats.get(i);
            // The token that was on its way when the last other one came counts as well.
            chat.awaitTokens(chat.tokens() + 1);
            for (double gap : chat.gaps(begin[i] - 1, chat.tokens())) wait = Math.max(wait, gap);
            step += Timing.of(chat.gaps(0, begin[i])).median() / CHATS;
        }
        chats.forEach(ChatStream::cancel);
        return new Swap(seconds, step, wait);
    }

    private double firstToken(Routing next) {
        long event = System.nanoTime();
        router.follow(next);
        ServedVersion version = router.lease("", "bench");
        if (!version.version().equals(next.getRoutes(0).getVersion()))
            throw new IllegalStateException("the new version is not served: " + version.name());
        ChatStream chat = suite.ask(suite.fresh(PROMPT), 1, version.adapter());
        chat.firstToken();
        double seconds = (System.nanoTime() - event) / 1e9;
        chat.await();
        version.release();
        return seconds;
    }

    private Route champion(Path folder, int number) {
        return Route.newBuilder()
                .setVersion(
                        router.base().toBuilder()
                                .setVersion("bench-" + number)
                                .setAdapterDigest(UntrainedAdapter.write(model, folder, number)))
                .setArtifactUri(folder.toUri().toString())
                .setStage(Stage.STAGE_CHAMPION)
                .setShare(1)
                .build();
    }

    private Routing table(long revision, Route champion) {
        return Routing.newBuilder()
                .setModelId(router.modelId())
                .setRevision(revision)
                .addRoutes(champion)
                .build();
    }

    /** Metrics are not what is measured. */
    private static final class Unwatched implements RoutingObserver {
        @Override
        public void changed(RoutingTable table) {}

        @Override
        public void refused(String versionName) {}
    }
}
