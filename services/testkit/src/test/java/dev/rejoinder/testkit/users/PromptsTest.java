package dev.rejoinder.testkit.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromptsTest {
    /** Words that say nothing about a question's subject. */
    private static final Set<String> COMMON =
            Set.of(
                    ("what does that with from into your make made good work some people start keep"
                                    + " between difference over when need long like clean simple"
                                    + " train write wash prepare learn build change know take read"
                                    + " choose hour have their turn")
                            .split(" "));

    @Test
    void noSubjectOfATrainingQuestionIsAskedAboutInTheHeldOutOrLiveOnes() {
        Map<String, Prompts> seen = new HashMap<>();
        for (Prompts list : Prompts.values())
            for (String question : list.questions())
                for (String word : words(question)) {
                    Prompts before = seen.putIfAbsent(word, list);
                    assertThat(before == null || before == list)
                            .as("\"%s\" of \"%s\" stands in %s too", word, question, before)
                            .isTrue();
                }
    }

    @Test
    void everyListHasEnoughQuestionsAndNoneTwice() {
        assertThat(Prompts.TRAINING.questions()).hasSize(60).doesNotHaveDuplicates();
        assertThat(Prompts.HELD_OUT.questions()).hasSize(50).doesNotHaveDuplicates();
        assertThat(Prompts.LIVE.questions()).hasSizeGreaterThan(40).doesNotHaveDuplicates();
    }

    private static Set<String> words(String question) {
        List<String> all = Arrays.asList(question.toLowerCase(Locale.ROOT).split("[^a-z]+"));
        Set<String> words = new HashSet<>(all);
        words.removeIf(w -> w.length() < 4);
        words.removeAll(COMMON);
        return words;
    }
}
