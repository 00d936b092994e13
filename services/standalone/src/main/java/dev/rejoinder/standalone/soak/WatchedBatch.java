package dev.rejoinder.standalone.soak;

import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The engine's batch, which tells its clients when they get a place and when a pass was made. */
final class WatchedBatch implements BatchGenerator {
    private final BatchGenerator batch;
    private final Map<GenerationRequest, SoakStream> expected;

    /** Those that have no token yet; the stepping thread's. */
    private final List<SoakStream> reading = new ArrayList<>();

    /**
     * @param expected by identity, safe for many threads; who gets a place is taken out
     */
    WatchedBatch(BatchGenerator batch, Map<GenerationRequest, SoakStream> expected) {
        this.batch = batch;
        this.expected = expected;
    }

    @Override
    public Ticket add(GenerationRequest request, TokenSink sink) {
        Ticket ticket = batch.add(request, sink);
        SoakStream stream = expected.remove(request);
        if (stream != null) {
            stream.begun();
            reading.add(stream);
        }
        return ticket;
    }

    @Override
    public boolean step() {
        boolean goesOn = batch.step();
        reading.removeIf(stream -> !stream.passed());
        return goesOn;
    }

    boolean isIdle() {
        return batch.running() == 0 && batch.waiting() == 0;
    }

    int heldBlocks() {
        return LanguageModels.heldBlocks(batch);
    }

    @Override
    public int running() {
        return batch.running();
    }

    @Override
    public int waiting() {
        return batch.waiting();
    }

    @Override
    public int capacity() {
        return batch.capacity();
    }

    @Override
    public void close() {
        batch.close();
    }
}
