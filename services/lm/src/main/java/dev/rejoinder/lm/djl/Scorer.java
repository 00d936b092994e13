package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.score.TokenTree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Log-probabilities of packs: those of like length share a pass of a bounded number of tokens. */
final class Scorer {
    /** A row of so many tokens has a mask of 32 MiB. */
    private static final int LARGEST_MASK = 4096;

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
                        .toList();
        float[][][] result = new float[packs.size()][][];
        for (int i = 0; i < result.length; i++)
            result[i] = new float[packs.get(i).continuations().size()][];
        int[] lengths = pieces.stream().mapToInt(Piece::read).toArray();
        for (List<Integer> indices : LengthBatches.of(lengths, tokensPerPass)) {
            List<Piece> batch = indices.stream().map(pieces::get).toList();
            float[][][] scored = pass(batch.stream().map(Piece::part).toList(), adapter);
            for (int i = 0; i < scored.length; i++) {
                Piece piece = batch.get(i);
                for (int c = 0; c < scored[i].length; c++)
                    result[piece.index][piece.continuations.get(c)] = scored[i][c];
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

    /**
     * A pack, or as many of its continuations as fit a pass.
     *
     * @param index the pack's
     * @param continuations indices in it
     * @param read tokens of the part
     */
    private record Piece(int index, List<Integer> continuations, Pack part, int read) {
        static List<Piece> of(int index, Pack pack, int tokensPerPass) {
            var pieces = new ArrayList<Piece>();
            var taken = new ArrayList<Integer>();
            int read = pack.prefix().length;
            int most = most(read, tokensPerPass);
            int[] before = {};
            for (int c : TokenTree.sorted(pack.continuations())) {
                int[] next = pack.continuations().get(c);
                int more = TokenTree.grown(before, next);
                if (!taken.isEmpty() && read + more > most) {
                    pieces.add(of(index, pack, taken, read));
                    taken.clear();
                    read = pack.prefix().length;
                    more = next.length - 1;
                }
                taken.add(c);
                read += more;
                before = next;
            }
            pieces.add(of(index, pack, taken, read));
            return pieces;
        }

        /**
         * Tokens of a piece: so many that the prefix, which every piece reads again, is a fourth of
         * it, unless the mask of that many would grow too large; and always a pass's worth more
         * than the prefix.
         */
        private static int most(int prefix, int tokensPerPass) {
            return Math.max(prefix + tokensPerPass, Math.min(4 * prefix, LARGEST_MASK));
        }

        private static Piece of(int index, Pack pack, List<Integer> taken, int read) {
            List<int[]> own = taken.stream().map(pack.continuations()::get).toList();
            return new Piece(index, List.copyOf(taken), new Pack(pack.prefix(), own), read);
        }
    }

    private float[][][] pass(List<Pack> packs, @Nullable TorchAdapter adapter) {
        var batch = PackedBatch.of(packs, decoder.lengths());
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
                                return decoder.head()
                                        .logProbs(hidden, batch.rows(), batch.targets());
                            }
                        });
        return batch.unpack(packs, values);
    }
}
