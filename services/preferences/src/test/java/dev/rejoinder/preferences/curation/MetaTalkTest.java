package dev.rejoinder.preferences.curation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetaTalkTest {
    private static final String PROMPT = "How do bees make honey?";
    private static final String FIRST =
            "Bees collect nectar from flowers, store it in their honey stomach and pass it on in the"
                    + " hive, where it dries until it becomes thick honey.";

    private static boolean talks(String followUp, String reply) {
        return MetaTalk.isIn(PROMPT, FIRST, followUp, reply);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sorry about that! Bees turn nectar into honey.",
                "I apologize for the confusion. Bees dry nectar.",
                "My bad, bees dry nectar until it thickens.",
                "Es tut mir leid. Bienen trocknen nectar.",
                "Lo siento, las abejas secan el nectar.",
                "Sure! Bees dry nectar in the hive.",
                "Of course, bees dry nectar in the hive.",
                "Okay - bees dry nectar in the hive.",
                "Understood. Bees dry nectar in the hive.",
                "Good point. Bees dry nectar in the hive.",
                "Thank you for the hint, bees dry nectar.",
                "You're right, bees dry nectar in the hive.",
                "You are absolutely right: bees dry nectar.",
                "You asked about honey: bees dry nectar.",
                "Here is a better version: bees dry nectar.",
                "Here's my new answer. Bees dry nectar.",
                "Here is a revised explanation of honey: bees dry nectar.",
                "A friendlier version would be that bees dry nectar.",
                "My previous answer left out that bees dry nectar.",
                "To answer your question, bees dry nectar.",
                "Your request is about honey, which bees make of nectar.",
                "The answer to the user's question is that bees dry nectar.",
                "The answer is: bees dry nectar.",
                "The simple answer to how bees do it is nectar that dries.",
                "The answer lies in nectar, which the hive dries.",
                "A helpful AI assistant knows that bees dry nectar.",
                "How do bees make honey?",
                "So, once again: how do bees make their honey?",
                "Let me rephrase that. Bees dry nectar.",
                "Rewritten: bees dry nectar in the hive.",
                "As requested, bees dry nectar in the hive.",
                "In other words, bees dry nectar in the hive.",
                "Bees dry nectar. Feel free to ask about honey.",
                "Bees dry nectar in the hive. Let me know if that helps.",
                "Bees dry nectar in the hive. I hope this helps!",
                "Bees dry nectar. Would you like to hear about the hive?",
                "Bees dry nectar. If you have any other questions about honey, ask.",
                "Let's try with honey again: bees dry nectar.",
                "I'll keep that in mind. Bees dry nectar.",
                "I will try to do better with honey from now on.",
                "I can explain honey: bees dry nectar.",
                "I'm just a program, but bees dry nectar in the hive.",
                "As an AI, honey is beyond me, but bees dry nectar.",
                "I already said that bees dry nectar in the hive.",
                "That's a wonderful start to this lovely morning, everybody!"
            })
    void talkAboutTheRequestOrOneselfIsHeardWhateverWasWishedFor(String reply) {
        assertThat(talks("Hm, not like that.", reply)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bees dry nectar in the hive until it is honey.",
                "Honey is nectar that bees have dried.",
                "They collect nectar, and the hive dries it.",
                "Bees make honey in three steps:\n1. They collect nectar.\n2. They pass it on.\n3. It dries.",
                "Think of a kitchen: bees bring nectar and let it thicken.",
                "Imagine a tiny factory. Bees deliver nectar, others fan it dry.",
                "Bees add enzymes to nectar. Then the hive's warmth does the rest.",
                "Nectar, mostly water at first, thickens while bees fan it.",
                "You can see it in a hive: bees fan nectar until it thickens.",
                "Because nectar would spoil, bees dry it to honey.",
                "Les abeilles sèchent le nectar: c'est le honey.",
                "Why honey keeps? Bees dry nectar.",
                "Do you know honey wine? It is made of what bees make, too.",
                "Is it nectar?",
                "Honey is the bees' answer to winter: nectar, dried.",
                "The question of how honey keeps is settled by its sugar: bees dry nectar."
            })
    void anAnswerIsNoTalk(String reply) {
        assertThat(talks("Hm, not like that.", reply)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Could you say that more cheerfully?         | Cheerfully said: bees dry nectar.
                    Write it for a pirate, with nautical slang. | Nautical slang for pirates: bees dry nectar.
                    Use metric units and a formal tone.         | In a formal tone, bees dry nectar.
                    I wanted a poem about it, with rhymes!      | This poem has rhymes about bees and honey.
                    Bitte auf Deutsch und ohne Fachwörter       | Auf Deutsch, ohne Fachwörter: Bienen machen honey.
                    Mais explique avec une métaphore marine     | Une métaphore marine pour le honey des bees.
                    Leave out the chemistry, give me history.   | With history and without chemistry, bees dry nectar.
                    """)
    void wordsThatOnlyTheFollowUpBroughtInAreHeardInAnyWishAndLanguage(
            String followUp, String reply) {
        assertThat(talks(followUp, reply)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    What about the flowers, you forgot them?    | Bees visit flowers and bring nectar to the hive.
                    Could you say that more cheerfully?         | Busy bees happily dry nectar into golden honey!
                    Use metric units and a formal tone.         | Bees reduce nectar to 18 percent water.
                    Leave out the chemistry.                    | Bees dry nectar; chemistry turns it sweet.
                    """)
    void aWordOfThePromptOrASingleWordByChanceIsNoEcho(String followUp, String reply) {
        assertThat(talks(followUp, reply)).isFalse();
    }

    @Test
    void whatTheFirstReplySaysTooBelongsToTheAnswer() {
        String prompt = "Write a short note to my neighbour about the noise last night.";
        String letter = "Dear neighbour, I am sorry for the noise last night. I will be quiet.";
        String other = "Dear neighbour, sorry for the noise last night, I was too loud.";

        assertThat(MetaTalk.isIn(prompt, letter, "Make it warmer.", other)).isFalse();
        assertThat(MetaTalk.isIn(prompt, "The noise of last night ends.", "Warmer.", other))
                .isTrue();
    }

    @Test
    void aBareAnswerMayUseAWordNobodyHasSaidYet() {
        assertThat(MetaTalk.isIn("What is the capital?", "London, I think.", "Wrong!", "Paris."))
                .isFalse();
    }

    @Test
    void aLanguageWithoutSpacesIsNotMistakenForStraying() {
        assertThat(MetaTalk.isIn("蜂蜜はどうやって作られますか？", "蜂は花の蜜を集めます。", "もっと", "蜂が集めた蜜を、巣の中で、乾かして作ります。"))
                .isFalse();
    }
}
