package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.score.Probe;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Replies as the base model sees them after half of its layers: the state at the end of the turn,
 * which holds what the reply came to. While the process lives the states it has read are kept, so
 * that a refit costs no pass. One thread at a time.
 */
final class ReplyStates {
    /** Texts a pass: short enough that a chat never waits long behind it. */
    private static final int TEXTS_PER_PASS = 8;

    /** About 2.5 KB each for a hidden size of 576. */
    private static final int MOST_KEPT = 4096;

    /**
     * What stands before every reply, whatever it answered. Retries stand in chats in which
     * somebody has complained; a probe that saw the chat would take the complaint for what
     * satisfies.
     */
    private static final List<ChatMessage> GREETING = List.of(ChatMessage.user("Hello."));

    private final LanguageModel model;
    private final int[] greeting;
    private final Map<String, float[]> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
                    return size() > MOST_KEPT;
                }
            };

    ReplyStates(LanguageModel model) {
        this.model = model;
        this.greeting = model.chat().prompt(GREETING);
    }

    /** Whether the reply has tokens and fits the context. */
    boolean isReadable(String reply) {
        int tokens = model.tokenizer().encode(reply).length;
        return tokens > 0 && greeting.length + tokens < model.info().contextLength();
    }

    /**
     * @param stop asked between passes
     * @return {@code [reply][hidden]}, one for each reply, which must be readable
     * @throws InterruptedRunException if stop said so; what was read is kept
     */
    float[][] of(List<String> replies, BooleanSupplier stop) {
        Map<String, String> asked = new LinkedHashMap<>();
        Map<String, float[]> known = new LinkedHashMap<>();
        List<String> digests = replies.stream().map(Digests::sha256).toList();
        for (int i = 0; i < replies.size(); i++) {
            float[] states = kept.get(digests.get(i));
            if (states == null) asked.put(digests.get(i), replies.get(i));
            else known.put(digests.get(i), states);
        }
        known.putAll(read(asked, stop));
        return digests.stream().map(known::get).toArray(float[][]::new);
    }

    private Map<String, float[]> read(Map<String, String> asked, BooleanSupplier stop) {
        List<String> digests = List.copyOf(asked.keySet());
        Map<String, float[]> read = new LinkedHashMap<>();
        for (int from = 0; from < digests.size(); from += TEXTS_PER_PASS) {
            if (stop.getAsBoolean()) throw new InterruptedRunException();
            List<String> pass =
                    digests.subList(from, Math.min(digests.size(), from + TEXTS_PER_PASS));
            List<Probe.Reading> readings =
                    model.read(pass.stream().map(d -> probe(asked.get(d))).toList());
            for (int i = 0; i < pass.size(); i++)
                read.put(pass.get(i), finite(readings.get(i).states()[0]));
            pass.forEach(digest -> kept.put(digest, read.get(digest)));
        }
        return read;
    }

    private Probe probe(String text) {
        int[] reply = model.tokenizer().encode(text);
        int end = greeting.length + reply.length;
        int[] tokens =
                Stream.of(greeting, reply, new int[] {model.chat().endOfTurn()})
                        .flatMapToInt(IntStream::of)
                        .toArray();
        return new Probe(
                tokens,
                List.of(Math.ceilDiv(model.info().layers(), 2)),
                List.of(new Probe.Span(end, end + 1)),
                new Probe.Span(greeting.length, end));
    }

    private static float[] finite(float[] states) {
        for (float x : states)
            if (!Float.isFinite(x))
                throw new IllegalStateException("the base has a state that is " + x);
        return states;
    }
}
