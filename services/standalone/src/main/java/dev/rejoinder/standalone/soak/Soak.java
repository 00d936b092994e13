package dev.rejoinder.standalone.soak;

import dev.rejoinder.bench.soak.PlannedRequest;
import dev.rejoinder.bench.soak.Reading;
import dev.rejoinder.bench.soak.RestingMemory;
import dev.rejoinder.bench.soak.SoakModel;
import dev.rejoinder.bench.soak.SoakOptions;
import dev.rejoinder.bench.soak.SoakReport;
import dev.rejoinder.bench.soak.Tally;
import dev.rejoinder.bench.soak.Workload;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.standalone.platform.ScratchFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@code ./rejoinder soak}: requests one after the other, two dozen in flight, in the inference
 * service's scheduler and router; between them scores, hidden states, training and adapter swaps on
 * the same model. Every thousand requests all of them are let end, and memory is read.
 */
public final class Soak {
    /**
     * Full within the first thousand requests: from then on ended texts give their blocks up all
     * along, and now and then a running row does.
     */
    private static final int CACHED_TOKENS = 4096;

    private static final int SWAP_EVERY = 20;
    private static final int SCORE_EVERY = 25;
    private static final int PROBE_EVERY = 100;
    private static final int TRAIN_EVERY = 250;

    private final SoakOptions options;
    private final LanguageModel model;
    private final RestingMemory memory;
    private final Consumer<Reading> progress;
    private final Tally tally = new Tally();
    private final List<Reading> readings = new ArrayList<>();
    private final Map<String, Integer> work = new TreeMap<>();

    private Soak(
            SoakOptions options,
            LanguageModel model,
            RestingMemory memory,
            Consumer<Reading> progress) {
        this.options = options;
        this.model = model;
        this.memory = memory;
        this.progress = progress;
    }

    /**
     * @param progress hears of every reading
     */
    public static SoakReport run(
            SoakOptions options, RestingMemory memory, Consumer<Reading> progress) {
        LanguageModels.endWithTheProcess();
        try (LanguageModel model = load(options)) {
            Soak soak = new Soak(options, model, memory, progress);
            ScratchFolder scratch = ScratchFolder.create("soak");
            try {
                soak.run(new TrainedAdapters(model, scratch.folder()));
            } finally {
                scratch.delete();
            }
            return new SoakReport(
                    model.info().name(),
                    options.seed(),
                    soak.readings,
                    soak.tally.counts(),
                    soak.work);
        }
    }

    private static LanguageModel load(SoakOptions options) {
        try (ModelFiles files =
                options.model().map(ModelReader::open).orElseGet(SoakModel::files)) {
            return LanguageModels.load(
                    files, EngineOptions.of(options.precision()).withCachedTokens(CACHED_TOKENS));
        }
    }

    private void run(TrainedAdapters trained) {
        var info = model.info();
        Workload workload = new Workload(options.seed(), info.vocabulary(), info.contextLength());
        Scores scores = new Scores(model, options.seed());
        long begin = System.nanoTime();
        try (SwappedAdapters adapters = new SwappedAdapters(model, trained, tally);
                Clients clients = new Clients(model, adapters, tally)) {
            for (int n = 1; n <= options.requests(); n++) {
                PlannedRequest request = workload.next();
                if (!clients.ask(request)) return;
                every(SWAP_EVERY, n, "adapter swaps", adapters::swap);
                every(SCORE_EVERY, n, "scores", () -> clients.withAdapter(scores::score));
                every(PROBE_EVERY, n, "probes", () -> clients.withAdapter(scores::probe));
                every(TRAIN_EVERY, n, "training steps", trained::train);
                if (!options.isReadAfter(n)) continue;
                if (!clients.awaitAll()) return;
                read(n, (System.nanoTime() - begin) / 1e9, clients.heldBlocks());
            }
        }
    }

    private void every(int count, int n, String name, Runnable task) {
        if (n % count != 0) return;
        task.run();
        work.merge(name, 1, Integer::sum);
    }

    private void read(int requests, double seconds, int blocks) {
        memory.settle();
        Reading reading =
                new Reading(
                        requests,
                        seconds,
                        memory.nativeBytes(),
                        memory.jvmBytes(),
                        memory.liveHeapBytes(),
                        LanguageModels.heldTensors(model),
                        blocks);
        readings.add(reading);
        progress.accept(reading);
    }
}
