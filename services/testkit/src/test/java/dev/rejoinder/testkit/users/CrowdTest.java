package dev.rejoinder.testkit.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final long SEED = 20;
    private static final String LONG_REPLY = "word ".repeat(60).strip();
    private static final String SHORT_REPLY = "A short reply.";

    @Test
    void theSameSeedSaysTheSameAndAnotherDoesNot() {
        assertThat(transcript(SEED)).isEqualTo(transcript(SEED));
        assertThat(transcript(SEED)).isNotEqualTo(transcript(SEED + 1));
    }

    @Test
    void everyConversationOfOneRoundBeginsWithAnotherQuestion() {
        List<SimulatedUser> users = new Crowd(Preference.BRIEF, SEED).arrive(Prompts.TRAINING, 60);

        assertThat(users.stream().map(u -> u.opening().text())).doesNotHaveDuplicates();
    }

    @Test
    void anEvenTemperedUserComplainsAboutALongReplyAndThanksForAShortOne() {
        List<Utterance> onLong = reactions(Temperament.EVEN, LONG_REPLY);
        List<Utterance> onShort = reactions(Temperament.EVEN, SHORT_REPLY);

        assertThat(onLong).allMatch(u -> u.felt() == Feeling.DISSATISFIED);
        assertThat(onLong).noneMatch(u -> u.shown() == Feeling.SATISFIED);
        assertThat(onShort).allMatch(u -> u.felt() == Feeling.SATISFIED);
        assertThat(onShort).noneMatch(u -> u.shown() == Feeling.DISSATISFIED);
    }

    @Test
    void aNoisyUserSometimesShowsTheOppositeAndTheTruthIsKept() {
        assertThat(reactions(Temperament.NOISY, SHORT_REPLY))
                .anyMatch(u -> u.felt() == Feeling.SATISFIED && u.shown() == Feeling.DISSATISFIED);
        assertThat(reactions(Temperament.NOISY, LONG_REPLY))
                .anyMatch(u -> u.felt() == Feeling.DISSATISFIED && u.shown() == Feeling.SATISFIED);
    }

    @Test
    void everyConversationEndsEvenIfNothingEverPleases() {
        for (SimulatedUser user : new Crowd(Preference.BRIEF, SEED).arrive(Prompts.LIVE, 100)) {
            int turns = 0;
            for (Optional<Utterance> next = user.react(LONG_REPLY);
                    next.isPresent();
                    next = user.react(LONG_REPLY)) turns++;
            assertThat(turns).isLessThanOrEqualTo(8);
        }
    }

    @Test
    void complaintsAreRarelyWordedTheSame() {
        for (Preference preference : Preference.values()) {
            List<String> complaints = new ArrayList<>();
            for (SimulatedUser user : new Crowd(preference, SEED).arrive(Prompts.TRAINING, 200))
                user.react("")
                        .filter(u -> u.shown() == Feeling.DISSATISFIED)
                        .ifPresent(u -> complaints.add(u.text()));
            Set<String> different = new HashSet<>(complaints);
            assertThat(different.size())
                    .as("different complaints of %d for %s", complaints.size(), preference.label())
                    .isGreaterThan(complaints.size() * 4 / 5);
        }
    }

    private static List<Utterance> reactions(Temperament temperament, String reply) {
        return new Crowd(Preference.BRIEF, SEED)
                .arrive(Prompts.TRAINING, 600).stream()
                        .filter(u -> u.temperament() == temperament)
                        .flatMap(u -> u.react(reply).stream())
                        .toList();
    }

    private static List<String> transcript(long seed) {
        List<String> said = new ArrayList<>();
        for (SimulatedUser user : new Crowd(Preference.PLAIN, seed).arrive(Prompts.TRAINING, 30)) {
            said.add(user.name() + user.temperament() + user.opening().text());
            user.react("- a list").ifPresent(u -> said.add(u.text()));
            user.react("A plain reply.").ifPresent(u -> said.add(u.text()));
        }
        return said;
    }
}
