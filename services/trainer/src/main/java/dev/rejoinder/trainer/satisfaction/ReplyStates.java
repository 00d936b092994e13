package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.score.Probe;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Replies as the base model sees them after half of its layers: the mean over the reply's tokens,
 * which holds how it is said, and the state at the end of the turn, which holds what it came to.
 * While the process lives the states it has read are kept, so that a refit costs no pass. One
 * thread at a time.
 */
final class ReplyStates {
    /** Texts a pass: short enough that a chat never waits long behind it. */
    private static final int TEXTS_PER_PASS = 8;

    /** About 5 KB each for a hidden size of 576. */
    private static final int MOST_KEPT = 4096;

    /** A reply and what stands before it. */
    record Text(List<ChatMessage> prompt, String reply) {
        private String digest() {
            return Digests.sha256(
                    Stream.concat(
                                    prompt.stream()
                                            .flatMap(m -> Stream.of(m.role().label(), m.content())),
                                    Stream.of(reply))
                            .toArray(String[]::new));
        }
    }

    private final LanguageModel model;
    private final Map<String, float[]> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
                    return size() > MOST_KEPT;
                }
            };

    ReplyStates(LanguageModel model) {
        this.model = model;
    }

    /** Whether the reply has tokens, fits the context and the template takes the prompt. */
    boolean isReadable(Text text) {
        try {
            int reply = model.tokenizer().encode(text.reply()).length;
            int prompt = model.chat().prompt(text.prompt()).length;
            return reply > 0 && prompt + reply < model.info().contextLength();
        } catch (IllegalArgumentException e) {
            // A prompt the chat template refuses cannot have been answered by this model.
            return false;
        }
    }

    /**
     * @param stop asked between passes
     * @return {@code [text][2 * hidden]}, one for each text, which must be readable
     * @throws InterruptedRunException if stop said so; what was read is kept
     */
    float[][] of(List<Text> texts, BooleanSupplier stop) {
        Map<String, Text> asked = new LinkedHashMap<>();
        Map<String, float[]> known = new LinkedHashMap<>();
        List<String> digests = texts.stream().map(Text::digest).toList();
        for (int i = 0; i < texts.size(); i++) {
            float[] states = kept.get(digests.get(i));
            if (states == null) asked.put(digests.get(i), texts.get(i));
            else known.put(digests.get(i), states);
        }
        known.putAll(read(asked, stop));
        return digests.stream().map(known::get).toArray(float[][]::new);
    }

    private Map<String, float[]> read(Map<String, Text> asked, BooleanSupplier stop) {
        List<String> digests = List.copyOf(asked.keySet());
        Map<String, float[]> read = new LinkedHashMap<>();
        for (int from = 0; from < digests.size(); from += TEXTS_PER_PASS) {
            if (stop.getAsBoolean()) throw new InterruptedRunException();
            List<String> pass =
                    digests.subList(from, Math.min(digests.size(), from + TEXTS_PER_PASS));
            List<Probe.Reading> readings =
                    model.read(pass.stream().map(d -> probe(asked.get(d))).toList());
            for (int i = 0; i < pass.size(); i++)
                read.put(pass.get(i), joined(readings.get(i).states()));
            pass.forEach(digest -> kept.put(digest, read.get(digest)));
        }
        return read;
    }

    private Probe probe(Text text) {
        int[] prompt = model.chat().prompt(text.prompt());
        int[] reply = model.tokenizer().encode(text.reply());
        int end = prompt.length + reply.length;
        int[] tokens =
                Stream.of(prompt, reply, new int[] {model.chat().endOfTurn()})
                        .flatMapToInt(IntStream::of)
                        .toArray();
        Probe.Span whole = new Probe.Span(prompt.length, end);
        return new Probe(
                tokens,
                List.of(Math.ceilDiv(model.info().layers(), 2)),
                List.of(whole, new Probe.Span(end, end + 1)),
                whole);
    }

    private static float[] joined(float[][] states) {
        int hidden = states[0].length;
        float[] all = Arrays.copyOf(states[0], 2 * hidden);
        System.arraycopy(states[1], 0, all, hidden, hidden);
        for (float x : all)
            if (!Float.isFinite(x))
                throw new IllegalStateException("the base has a state that is " + x);
        return all;
    }
}
