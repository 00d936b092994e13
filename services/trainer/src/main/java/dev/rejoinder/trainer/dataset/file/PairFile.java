package dev.rejoinder.trainer.dataset.file;

import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.token.Tokenizer;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.PairEncoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of preference pairs, one JSON object a line, that can be trained on.
 *
 * @param pairs in the file's order, named by their lines
 * @param faults lines that cannot be trained on, in the file's order
 */
public record PairFile(List<Pair> pairs, List<Fault> faults) {
    /** Pairs are held in memory; more belong into several files. */
    private static final int MOST_PAIRS = 100_000;

    private static final int LONGEST_LINE_BYTES = 1 << 20;

    public PairFile {
        pairs = List.copyOf(pairs);
        faults = List.copyOf(faults);
    }

    /**
     * A line that cannot be trained on.
     *
     * @param line 1 for the first
     * @param reason goes on after "line n": what, the limit, the remedy; never the line's text
     */
    public record Fault(int line, String reason) {}

    /**
     * What a line is measured with.
     *
     * @param maxTokens most tokens of a prompt and both replies, at least 16
     * @param context most tokens of a prompt and one reply that the model takes
     */
    public record Limits(int maxTokens, int context) {
        public Limits {
            if (maxTokens < 16)
                throw new IllegalArgumentException("max-tokens of " + maxTokens + " is below 16");
        }
    }

    /**
     * Reads every line; empty ones are passed over.
     *
     * @throws IllegalArgumentException if there are too many
     * @throws UncheckedIOException if the file cannot be read
     */
    public static PairFile read(Path file, Tokenizer tokenizer, ChatEncoder chat, Limits limits) {
        Reading reading = new Reading(new PairEncoder(tokenizer, chat), limits);
        // Bytes as characters, so that a line that is not UTF-8 has a number like every other.
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                reading.take(line);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    file + " cannot be read; check its name and its rights", e);
        }
        return new PairFile(reading.pairs, reading.faults);
    }

    private static final class Reading {
        private final PairEncoder encoder;
        private final Limits limits;
        private final List<Pair> pairs = new ArrayList<>();
        private final List<Fault> faults = new ArrayList<>();
        private int line;

        Reading(PairEncoder encoder, Limits limits) {
            this.encoder = encoder;
            this.limits = limits;
        }

        void take(String bytes) {
            line++;
            if (bytes.isBlank()) return;
            try {
                Pair pair = PairLine.parse(text(bytes), "line-" + line);
                requireFits(encoder.encode(pair));
                pairs.add(pair);
            } catch (BadPairLine e) {
                faults.add(new Fault(line, e.getMessage()));
            } catch (IllegalArgumentException e) {
                faults.add(new Fault(line, "is refused by the model: " + e.getMessage()));
            }
            if (pairs.size() + faults.size() > MOST_PAIRS)
                throw new IllegalArgumentException(
                        "there are more than %d pairs; train on fewer".formatted(MOST_PAIRS));
        }

        private static String text(String bytes) {
            if (bytes.length() > LONGEST_LINE_BYTES)
                throw new BadPairLine(
                        "has %d bytes, at most %d are read; leave it out"
                                .formatted(bytes.length(), LONGEST_LINE_BYTES));
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new BadPairLine("is not UTF-8; convert the file");
            }
        }

        private void requireFits(Pack pack) {
            if (pack.length() > limits.maxTokens)
                throw new BadPairLine(
                        "has %d tokens in prompt and both replies, at most %d are trained on; shorten it or raise --max-tokens"
                                .formatted(pack.length(), limits.maxTokens));
            int longer = pack.continuations().stream().mapToInt(c -> c.length).max().orElseThrow();
            if (pack.prefix().length + longer > limits.context)
                throw new BadPairLine(
                        "has %d tokens in prompt and longer reply, the model's context is %d; shorten it"
                                .formatted(pack.prefix().length + longer, limits.context));
        }
    }
}
