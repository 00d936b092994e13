package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Log-probabilities of packs: those of like length share a pass of a bounded number of tokens. */
final class Scorer {
    private final NativeGate gate;
    private final Decoder decoder;
    private final int tokensPerPass;

    Scorer(NativeGate gate, Decoder decoder, int tokensPerPass) {
        this.gate = gate;
        this.decoder = decoder;
        this.tokensPerPass = tokensPerPass;
    }

    float[][][] score(List<Pack> packs, @Nullable TorchAdapter adapter) {
        packs.forEach(p -> requireFits(p, decoder.config()));
        List<Piece> pieces =
                IntStream.range(0, packs.size())
                        .mapToObj(i -> Piece.of(i, packs.get(i), tokensPerPass))
                        .flatMap(List::stream)
                        .sorted(Comparator.comparingInt(p -> PackedBatch.read(p.pack)))
                        .toList();
        float[][][] result = new float[packs.size()][][];
        for (int i = 0; i < result.length; i++)
            result[i] = new float[packs.get(i).continuations().size()][];
        for (List<Piece> batch : batches(pieces)) {
            float[][][] scored = pass(batch.stream().map(Piece::pack).toList(), adapter);
            for (int i = 0; i < scored.length; i++) {
                Piece piece = batch.get(i);
                System.arraycopy(scored[i], 0, result[piece.index], piece.first, scored[i].length);
            }
        }
        return result;
    }

    static void requireFits(Pack pack, ModelConfig config) {
        int context = config.contextLength();
        TokenIds.requireKnown(pack.prefix(), config);
        pack.continuations().forEach(c -> TokenIds.requireKnown(c, config));
        int longest = pack.continuations().stream().mapToInt(c -> c.length).max().orElseThrow();
        if (pack.prefix().length + longest > context)
            throw new IllegalArgumentException(
                    "a prefix of %d tokens and a continuation of %d exceed the model's context of %d; shorten the prefix"
                            .formatted(pack.prefix().length, longest, context));
    }

    /** A pack, or as many of its continuations as fit a pass. */
    private record Piece(int index, int first, Pack pack) {
        static List<Piece> of(int index, Pack pack, int tokensPerPass) {
            var pieces = new ArrayList<Piece>();
            List<int[]> all = pack.continuations();
            int first = 0;
            while (first < all.size()) {
                int end = first;
                int tokens = pack.prefix().length;
                while (end < all.size()
                        && (end == first || tokens + all.get(end).length <= tokensPerPass))
                    tokens += all.get(end++).length;
                var part =
                        end - first == all.size()
                                ? pack
                                : new Pack(pack.prefix(), all.subList(first, end));
                pieces.add(new Piece(index, first, part));
                first = end;
            }
            return pieces;
        }
    }

    private List<List<Piece>> batches(List<Piece> sorted) {
        var batches = new ArrayList<List<Piece>>();
        var batch = new ArrayList<Piece>();
        for (Piece piece : sorted) {
            if (!batch.isEmpty()
                    && (batch.size() + 1) * PackedBatch.read(piece.pack) > tokensPerPass) {
                batches.add(List.copyOf(batch));
                batch.clear();
            }
            batch.add(piece);
        }
        if (!batch.isEmpty()) batches.add(batch);
        return batches;
    }

    private float[][][] pass(List<Pack> packs, @Nullable TorchAdapter adapter) {
        var batch = PackedBatch.of(packs);
        float[] values =
                gate.run(
                        Priority.SCORING,
                        () -> {
                            try (var into = (PtNDManager) decoder.manager().newSubManager()) {
                                var hidden =
                                        decoder.hidden(
                                                into,
                                                batch.pass(),
                                                AdapterGroups.forAll(adapter),
                                                null);
                                return decoder.head().logProbs(hidden, batch.targets());
                            }
                        });
        return PackedBatch.unpack(packs, values);
    }
}
