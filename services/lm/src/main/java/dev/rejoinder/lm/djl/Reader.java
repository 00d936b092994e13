package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.djl.DecoderSource.Mask;
import dev.rejoinder.lm.score.Probe;
import dev.rejoinder.lm.score.Probe.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Averaged hidden states of texts, a batch of like length at a time. */
final class Reader {
    private final NativeGate gate;
    private final Decoder decoder;
    private final int tokensPerPass;

    Reader(NativeGate gate, Decoder decoder, int tokensPerPass) {
        this.gate = gate;
        this.decoder = decoder;
        this.tokensPerPass = tokensPerPass;
    }

    List<Probe.Reading> read(List<Probe> probes, @Nullable TorchAdapter adapter) {
        var adapters = AdapterGroups.forAll(adapter);
        probes.forEach(this::requireReadable);
        var readings = new Probe.Reading[probes.size()];
        int[] lengths = probes.stream().mapToInt(p -> p.tokens().length).toArray();
        for (List<Integer> batch : LengthBatches.of(lengths, tokensPerPass))
            pass(probes, batch, adapters, readings);
        return Arrays.asList(readings);
    }

    private void requireReadable(Probe probe) {
        int length = probe.tokens().length;
        TokenIds.requireKnown(probe.tokens(), decoder.config());
        if (length > decoder.config().contextLength())
            throw new IllegalArgumentException(
                    "a text of %d tokens exceeds the model's context of %d; shorten it"
                            .formatted(length, decoder.config().contextLength()));
        for (int layer : probe.layers())
            if (layer < 0 || layer > decoder.config().layers())
                throw new IllegalArgumentException(
                        "layer %d is outside 0 to %d".formatted(layer, decoder.config().layers()));
        for (Span span : probe.spans()) requireInside(span, length);
        requireInside(probe.scored(), length);
        if (probe.scored().from() == 0)
            throw new IllegalArgumentException(
                    "the scored span starts at token 0, which nothing predicts; start at 1");
    }

    private static void requireInside(Span span, int length) {
        if (span.to() > length)
            throw new IllegalArgumentException(
                    "span [%d, %d) exceeds the text's %d tokens"
                            .formatted(span.from(), span.to(), length));
    }

    private void pass(
            List<Probe> probes,
            List<Integer> indices,
            AdapterGroups adapters,
            Probe.Reading[] readings) {
        List<Probe> batch = indices.stream().map(probes::get).toList();
        long[] layers = layers(batch);
        var pool = pool(batch, layers);
        var pass = pass(batch);
        long[] targets = targets(batch);
        int[] rows = IntStream.range(0, targets.length).toArray();
        record Answer(float[][] states, float[] logProbs) {}
        var answer =
                gate.run(
                        Priority.SCORING,
                        () -> {
                            try (var into = (PtNDManager) decoder.manager().newSubManager()) {
                                PtNDArray[] all = decoder.states(into, pass, adapters, pool);
                                float[][] states = new float[layers.length][];
                                for (int l = 0; l < layers.length; l++)
                                    states[l] = all[l + 1].toFloatArray();
                                return new Answer(
                                        states, decoder.head().logProbs(all[0], rows, targets));
                            }
                        });
        int span = 0;
        int scored = 0;
        for (int i = 0; i < batch.size(); i++) {
            Probe probe = batch.get(i);
            int n = probe.scored().to() - probe.scored().from();
            float[] logProbs = Arrays.copyOfRange(answer.logProbs, scored, scored + n);
            float[][] states = states(probe, span, layers, answer.states);
            readings[indices.get(i)] = new Probe.Reading(states, logProbs);
            scored += n;
            span += probe.spans().size();
        }
    }

    private static long[] layers(List<Probe> batch) {
        var all = new TreeSet<Integer>();
        batch.forEach(p -> all.addAll(p.layers()));
        return all.stream().mapToLong(i -> i).toArray();
    }

    private int time(List<Probe> batch) {
        int longest = batch.stream().mapToInt(p -> p.tokens().length).max().orElseThrow();
        return decoder.lengths().of(longest);
    }

    private Pass.Pool pool(List<Probe> batch, long[] layers) {
        int time = time(batch);
        int spans = batch.stream().mapToInt(p -> p.spans().size()).sum();
        int width = batch.size() * time;
        float[] weights = new float[spans * width];
        int row = 0;
        for (int i = 0; i < batch.size(); i++)
            for (Span s : batch.get(i).spans()) {
                int start = row++ * width + i * time;
                float mean = 1f / (s.to() - s.from());
                Arrays.fill(weights, start + s.from(), start + s.to(), mean);
            }
        return new Pass.Pool(spans == 0 ? new long[0] : layers, spans, weights);
    }

    private Pass pass(List<Probe> batch) {
        int time = time(batch);
        long[] ids = new long[batch.size() * time];
        long[] positions = new long[ids.length];
        long[] last = new long[ids.length];
        Arrays.fill(last, time - 1L);
        var select = new ArrayList<Long>();
        for (int i = 0; i < batch.size(); i++) {
            int[] tokens = batch.get(i).tokens();
            for (int t = 0; t < tokens.length; t++) {
                ids[i * time + t] = tokens[t];
                positions[i * time + t] = t;
            }
            Span s = batch.get(i).scored();
            for (int t = s.from(); t < s.to(); t++) select.add((long) i * time + t - 1);
        }
        long[] selected = select.stream().mapToLong(l -> l).toArray();
        int[] lengths = batch.stream().mapToInt(p -> p.tokens().length).toArray();
        return new Pass(
                batch.size(), time, lengths, ids, positions, last, Mask.TREE, null, selected);
    }

    private static long[] targets(List<Probe> batch) {
        return batch.stream()
                .flatMapToLong(p ->
                        Arrays.stream(p.tokens(), p.scored().from(), p.scored().to())
                                .asLongStream())
                .toArray();
    }

    private float[][] states(Probe probe, int firstSpan, long[] layers, float[][] all) {
        int hidden = decoder.config().hidden();
        float[][] states = new float[probe.spans().size() * probe.layers().size()][];
        int at = 0;
        for (int s = 0; s < probe.spans().size(); s++)
            for (int layer : probe.layers()) {
                int l = Arrays.binarySearch(layers, layer);
                int from = (firstSpan + s) * hidden;
                states[at++] = Arrays.copyOfRange(all[l], from, from + hidden);
            }
        return states;
    }
}
