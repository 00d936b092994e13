package dev.rejoinder.standalone.demo;

import dev.rejoinder.standalone.client.ChatCall;
import dev.rejoinder.standalone.client.ChatClient;
import dev.rejoinder.standalone.client.ChatOutcome;
import dev.rejoinder.standalone.client.ChatTurn;
import dev.rejoinder.testkit.users.Preference;
import dev.rejoinder.testkit.users.SimulatedUser;
import dev.rejoinder.testkit.users.Utterance;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One user's chat from the first question to leaving, over the public API. */
final class Conversation {
    private final Talk talk;
    private final SimulatedUser user;
    private final Exchange.Phase phase;
    private final long seed;
    private final List<ChatTurn> history = new ArrayList<>();

    /**
     * What every conversation of a demo shares.
     *
     * @param model as the API lists it
     */
    record Talk(
            ChatClient client, String model, Preference preference, Ledger ledger, Clock clock) {}

    Conversation(Talk talk, SimulatedUser user, Exchange.Phase phase, long seed) {
        this.talk = talk;
        this.user = user;
        this.phase = phase;
        this.seed = seed;
    }

    /** Runs to its end; a refusal ends it too. */
    void run() {
        Optional<Utterance> next = Optional.of(user.opening());
        while (next.isPresent() && !Thread.currentThread().isInterrupted())
            next = say(next.get().text());
    }

    private Optional<Utterance> say(String text) {
        history.add(ChatTurn.user(text));
        Instant askedAt = talk.clock().instant();
        ChatOutcome outcome =
                talk.client()
                        .complete(
                                new ChatCall(
                                        talk.model(),
                                        history,
                                        user.name(),
                                        OptionalInt.of(Preference.MAX_TOKENS),
                                        ChatCall.Sampling.usual(seed + history.size())));
        return switch (outcome) {
            case ChatOutcome.Answered answered -> hear(text, answered, askedAt);
            case ChatOutcome.Refused refused -> {
                talk.ledger().add(refused);
                yield Optional.empty();
            }
        };
    }

    private Optional<Utterance> hear(
            String prompt, ChatOutcome.Answered answered, Instant askedAt) {
        Instant answeredAt = talk.clock().instant();
        history.add(ChatTurn.assistant(answered.text()));
        Optional<Utterance> next = user.react(answered.text());
        talk.ledger()
                .add(
                        new Exchange(
                                phase,
                                history.size() / 2,
                                prompt,
                                answered.text(),
                                answered.completionId(),
                                answered.version(),
                                askedAt,
                                answeredAt,
                                talk.preference().meets(answered.text()),
                                next.map(Utterance::felt).orElse(null),
                                next.map(Utterance::shown).orElse(null)));
        return next;
    }
}
