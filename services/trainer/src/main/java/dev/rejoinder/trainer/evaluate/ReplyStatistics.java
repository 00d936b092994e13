package dev.rejoinder.trainer.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What can be counted in replies to different prompts.
 *
 * @param replies how many there are
 * @param empty replies without a letter or digit
 * @param repeated replies that say what another one says already, empty ones aside
 * @param distinctBigrams distinct-2 (Li et al. 2016): different pairs of neighbouring words over
 *     all of them; 1 where nothing is said twice, 0 without any
 * @param onTopic share of the replies that share a content word with their prompt
 * @param meanWords words of a reply
 */
public record ReplyStatistics(
        int replies,
        int empty,
        int repeated,
        double distinctBigrams,
        double onTopic,
        double meanWords) {

    /** English function words: sharing one of them says nothing about the topic. */
    private static final Set<String> FUNCTION_WORDS =
            Set.of(
                    ("a an and are as at be been but by can could did do does for from had has have"
                                    + " he her his how i if in into is it its just may me might my"
                                    + " no not of on one or our out over she should so some than"
                                    + " that the their them then there these they this to up us"
                                    + " very was we were what when where which while who whom whose"
                                    + " why will with would you your")
                            .split(" "));

    /**
     * @param prompts the last user message before each reply, in the order of the replies
     */
    public static ReplyStatistics of(List<String> prompts, List<String> replies) {
        if (prompts.size() != replies.size() || replies.isEmpty())
            throw new IllegalArgumentException(
                    prompts.size() + " prompts for " + replies.size() + " replies");
        int empty = 0;
        int onTopic = 0;
        double words = 0;
        List<List<String>> spoken = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            List<String> reply = words(replies.get(i));
            words += reply.size();
            if (reply.isEmpty()) empty++;
            else spoken.add(reply);
            if (sharesContent(words(prompts.get(i)), reply)) onTopic++;
        }
        return new ReplyStatistics(
                replies.size(),
                empty,
                spoken.size() - new HashSet<>(spoken).size(),
                distinctBigrams(spoken),
                (double) onTopic / replies.size(),
                words / replies.size());
    }

    private static double distinctBigrams(List<List<String>> replies) {
        Set<List<String>> distinct = new HashSet<>();
        int all = 0;
        for (List<String> reply : replies)
            for (int i = 1; i < reply.size(); i++) {
                distinct.add(List.of(reply.get(i - 1), reply.get(i)));
                all++;
            }
        return all == 0 ? 0 : (double) distinct.size() / all;
    }

    private static boolean sharesContent(List<String> prompt, List<String> reply) {
        Set<String> content = new HashSet<>(prompt);
        content.removeAll(FUNCTION_WORDS);
        return reply.stream().anyMatch(content::contains);
    }

    /** Lower-case runs of letters and digits, in any script. */
    static List<String> words(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                .filter(w -> !w.isEmpty())
                .toList();
    }
}
