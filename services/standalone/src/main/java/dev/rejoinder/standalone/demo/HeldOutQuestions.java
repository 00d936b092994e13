package dev.rejoinder.standalone.demo;

import dev.rejoinder.standalone.client.ChatCall;
import dev.rejoinder.standalone.client.ChatOutcome;
import dev.rejoinder.standalone.client.ChatTurn;
import dev.rejoinder.testkit.users.Preference;
import dev.rejoinder.testkit.users.Prompts;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Asks every held-out question twice, one turn each: nobody reacts, so nothing is learned of it.
 * Replies are sampled; of a hundred the share that meets a wish is known to 3 points at 90 %.
 */
final class HeldOutQuestions {
    private static final int AT_ONCE = 10;
    private static final int ROUNDS = 2;

    private HeldOutQuestions() {}

    /**
     * @param talk whose model names one version exactly, so that a rollout does not mix two
     * @param tick called after every reply
     */
    static void ask(Conversation.Talk talk, Exchange.Phase phase, long seed, Runnable tick) {
        List<String> questions = asked();
        try (ExecutorService askers =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<?>> asked =
                    IntStream.range(0, questions.size())
                            .<Future<?>>mapToObj(i ->
                                    askers.submit(() -> {
                                        ask(talk, phase, questions.get(i), seed + i);
                                        tick.run();
                                    }))
                            .toList();
            for (Future<?> one : asked) Phases.await(one);
        }
    }

    /** How many replies there will be. */
    static int count() {
        return asked().size();
    }

    private static List<String> asked() {
        return Collections.nCopies(ROUNDS, Prompts.HELD_OUT.questions()).stream()
                .flatMap(List::stream)
                .toList();
    }

    private static void ask(
            Conversation.Talk talk, Exchange.Phase phase, String question, long seed) {
        Instant askedAt = talk.clock().instant();
        ChatCall call =
                new ChatCall(
                        talk.model(),
                        List.of(ChatTurn.user(question)),
                        "",
                        OptionalInt.of(Preference.MAX_TOKENS),
                        ChatCall.Sampling.usual(seed));
        switch (talk.client().complete(call)) {
            case ChatOutcome.Refused refused -> talk.ledger().add(refused);
            case ChatOutcome.Answered a ->
                    talk.ledger()
                            .add(
                                    new Exchange(
                                            phase,
                                            1,
                                            question,
                                            a.text(),
                                            a.completionId(),
                                            a.version(),
                                            askedAt,
                                            talk.clock().instant(),
                                            talk.preference().meets(a.text()),
                                            null,
                                            null));
        }
    }
}
