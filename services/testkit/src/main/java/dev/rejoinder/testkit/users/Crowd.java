package dev.rejoinder.testkit.users;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The users of one run. A seed fixes who they are, what they ask and in which words they react.
 *
 * @param preference what they all would like, and tell nobody
 */
public record Crowd(Preference preference, long seed) {
    /** A person comes back for a second conversation now and then. */
    private static final int CONVERSATIONS_PER_PERSON = 2;

    /**
     * One user for each conversation, in the order they arrive.
     *
     * @param prompts whose questions they ask; each is the first question of one conversation
     *     before it is asked again
     */
    public List<SimulatedUser> arrive(Prompts prompts, int conversations) {
        Random random = new Random(seed * 31 + prompts.ordinal());
        List<String> questions = new ArrayList<>(prompts.questions());
        Collections.shuffle(questions, random);
        List<SimulatedUser> users = new ArrayList<>();
        for (int i = 0; i < conversations; i++) {
            String first = questions.get(i % questions.size());
            String second = questions.get((i + questions.size() / 2) % questions.size());
            users.add(
                    new SimulatedUser(
                            "%s-%d-%d"
                                    .formatted(
                                            prompts.name().toLowerCase(java.util.Locale.ROOT),
                                            seed,
                                            i / CONVERSATIONS_PER_PERSON),
                            preference,
                            temperament(i, random),
                            new SimulatedUser.Questions(first, Optional.of(second)),
                            new Random(random.nextLong())));
        }
        return List.copyOf(users);
    }

    /** Every second user is even-tempered; the others take turns by chance. */
    private static Temperament temperament(int index, Random random) {
        if (index % 2 == 0) return Temperament.EVEN;
        Temperament[] all = Temperament.values();
        return all[1 + random.nextInt(all.length - 1)];
    }
}
