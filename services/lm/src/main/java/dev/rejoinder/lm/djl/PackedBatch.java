package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.djl.DecoderSource.Mask;
import dev.rejoinder.lm.score.Pack;
import java.util.Arrays;
import java.util.List;

/**
 * Packs of like length as one pass: a row each, padded on the right. The first token of a
 * continuation is predicted by the prefix's last, every other by the one before it.
 *
 * @param targets token ids to score, pack after pack, continuation after continuation
 */
record PackedBatch(Pass pass, long[] targets) {
    static PackedBatch of(List<Pack> packs) {
        int time = packs.stream().mapToInt(PackedBatch::read).max().orElseThrow();
        int scored = packs.stream().mapToInt(p -> p.length() - p.prefix().length).sum();
        var batch = new Rows(packs.size(), time, scored);
        for (Pack pack : packs) batch.add(pack);
        var pass =
                new Pass(
                        packs.size(),
                        time,
                        batch.ids,
                        batch.positions,
                        batch.segments,
                        Mask.PACKED,
                        null,
                        batch.select);
        return new PackedBatch(pass, batch.targets);
    }

    /**
     * Tokens of a pack that are read: what follows the last of a continuation is nobody's question.
     */
    static int read(Pack pack) {
        return pack.length() - pack.continuations().size();
    }

    /** The scored values as {@code [pack][continuation][token]}. */
    static float[][][] unpack(List<Pack> packs, float[] values) {
        float[][][] result = new float[packs.size()][][];
        int at = 0;
        for (int p = 0; p < result.length; p++) {
            List<int[]> continuations = packs.get(p).continuations();
            result[p] = new float[continuations.size()][];
            for (int c = 0; c < result[p].length; c++) {
                int length = continuations.get(c).length;
                result[p][c] = Arrays.copyOfRange(values, at, at + length);
                at += length;
            }
        }
        return result;
    }

    private static final class Rows {
        private final int time;
        private final long[] ids;
        private final long[] positions;
        private final long[] segments;
        private final long[] select;
        private final long[] targets;
        private int row;
        private int scored;

        Rows(int rows, int time, int scored) {
            this.time = time;
            ids = new long[rows * time];
            positions = new long[rows * time];
            segments = new long[rows * time];
            select = new long[scored];
            targets = new long[scored];
        }

        void add(Pack pack) {
            int start = row++ * time;
            int at = start;
            int prefix = pack.prefix().length;
            for (int i = 0; i < prefix; i++) put(at++, pack.prefix()[i], i, 0);
            int segment = 1;
            for (int[] continuation : pack.continuations()) {
                for (int i = 0; i < continuation.length; i++) {
                    select[scored] = i == 0 ? start + prefix - 1 : at - 1;
                    targets[scored++] = continuation[i];
                    if (i < continuation.length - 1)
                        put(at++, continuation[i], prefix + i, segment);
                }
                segment++;
            }
            Arrays.fill(segments, at, start + time, segment);
        }

        private void put(int at, int id, int position, int segment) {
            ids[at] = id;
            positions[at] = position;
            segments[at] = segment;
        }
    }
}
