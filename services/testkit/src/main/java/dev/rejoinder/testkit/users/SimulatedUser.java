package dev.rejoinder.testkit.users;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One user in one conversation: asks, reacts to each reply, leaves. Not thread-safe; the messages
 * depend on the seed and on the replies only.
 */
public final class SimulatedUser {
    private static final int MOST_COMPLAINTS = 1;

    /** Chance of one more question after a thanks. */
    private static final double STAYS = 0.2;

    private final String name;
    private final Preference preference;
    private final Temperament temperament;
    private final RandomGenerator random;
    private final Wording wording;
    private final Optional<String> secondQuestion;
    private String question;
    private int complaints;
    private boolean askedSecond;
    private boolean leaving;

    SimulatedUser(
            String name,
            Preference preference,
            Temperament temperament,
            Questions questions,
            RandomGenerator random) {
        this.name = name;
        this.preference = preference;
        this.temperament = temperament;
        this.random = random;
        this.wording = new Wording(preference, random);
        this.question = questions.first();
        this.secondQuestion = questions.second();
    }

    /** What the user came with. */
    record Questions(String first, Optional<String> second) {}

    /** As a chat program would name the user. */
    public String name() {
        return name;
    }

    public Temperament temperament() {
        return temperament;
    }

    /** The first message. */
    public Utterance opening() {
        return new Utterance(question, null, null);
    }

    /** What the user says to a reply; empty when the user leaves. */
    public Optional<Utterance> react(String reply) {
        if (leaving) return Optional.empty();
        Feeling felt = preference.meets(reply) ? Feeling.SATISFIED : Feeling.DISSATISFIED;
        if (random.nextDouble() < temperament.silence) return goOn(felt);
        return Optional.of(felt == Feeling.SATISFIED ? pleased() : displeased());
    }

    private Utterance pleased() {
        if (random.nextDouble() < temperament.wrongComplaint) return complain(Feeling.SATISFIED);
        return thank(Feeling.SATISFIED);
    }

    private Utterance displeased() {
        boolean givesUp = complaints >= MOST_COMPLAINTS;
        if (random.nextDouble() < temperament.falseThanks) return thank(Feeling.DISSATISFIED);
        Utterance complaint = complain(Feeling.DISSATISFIED);
        leaving = givesUp;
        return complaint;
    }

    private Utterance complain(Feeling felt) {
        complaints++;
        return new Utterance(wording.complaint(temperament, question), felt, Feeling.DISSATISFIED);
    }

    private Utterance thank(Feeling felt) {
        String thanks = wording.thanks(temperament);
        if (!askedSecond && secondQuestion.isPresent() && random.nextDouble() < STAYS) {
            thanks += " " + takeSecond();
        } else leaving = true;
        return new Utterance(thanks, felt, Feeling.SATISFIED);
    }

    /** The next question without a word about the reply; leaves where there is none. */
    private Optional<Utterance> goOn(Feeling felt) {
        if (askedSecond || secondQuestion.isEmpty()) return Optional.empty();
        return Optional.of(new Utterance(takeSecond(), felt, Feeling.NEUTRAL));
    }

    private String takeSecond() {
        askedSecond = true;
        complaints = 0;
        question = secondQuestion.orElseThrow();
        return wording.next(temperament, question);
    }
}
