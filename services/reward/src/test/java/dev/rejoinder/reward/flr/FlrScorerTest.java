package dev.rejoinder.reward.flr;

import static dev.rejoinder.lm.chat.ChatMessage.assistant;
import static dev.rejoinder.lm.chat.ChatMessage.system;
import static dev.rejoinder.lm.chat.ChatMessage.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.score.Pack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlrScorerTest {
    private static final List<ChatMessage> PROMPT = List.of(user("hi"));

    private static LanguageModel model;

    @BeforeAll
    static void load(@TempDir Path folder) throws IOException {
        model = Models.tiny(folder);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** s(f | x, y) of one follow-up, alone in its pass. */
    private static double alone(List<ChatMessage> prompt, String reply, String followUp) {
        int[] prefix =
                Tokens.join(
                        model.chat().prompt(prompt),
                        model.tokenizer().encode(reply),
                        model.chat().followUpBridge());
        Pack pack = new Pack(prefix, List.of(model.tokenizer().encode(followUp)));
        return Tokens.mean(model.score(List.of(pack), null)[0][0]);
    }

    private static double byHand(List<ChatMessage> prompt, String reply) {
        double total = 0;
        for (Dimension d : Dimension.values())
            for (boolean positive : new boolean[] {true, false})
                total +=
                        (positive ? 1 : -1)
                                * FollowUps.committed().sentences().stream()
                                        .filter(s -> s.dimension() == d && s.positive() == positive)
                                        .mapToDouble(s -> alone(prompt, reply, s.text()))
                                        .average()
                                        .orElseThrow()
                                / Dimension.values().length;
        return total;
    }

    @Test
    void packedScoringIsTheFormulaComputedOneByOne() {
        Reward reward =
                new FlrScorer(model).score(List.of(new RepliedChat(PROMPT, "hello"))).getFirst();

        double total = byHand(PROMPT, "hello");
        assertThat(reward.total()).isCloseTo(total, within(1e-4));
        assertThat(reward.baselineCorrected()).isCloseTo(total - byHand(PROMPT, ""), within(1e-4));
        assertThat(
                        reward.dimensions().values().stream()
                                .mapToDouble(d -> d)
                                .average()
                                .orElseThrow())
                .isCloseTo(reward.total(), within(1e-9));
        assertThat(reward.dimensions()).containsOnlyKeys(Dimension.values());
        assertThat(reward.scorer()).isEqualTo("flr/1");
    }

    @Test
    void anEmptyReplyIsWorthNothing() {
        Reward reward = new FlrScorer(model).score(List.of(new RepliedChat(PROMPT, ""))).getFirst();

        assertThat(reward.baselineCorrected()).isCloseTo(0, within(1e-6));
    }

    @Test
    void aReplyScoresTheSameAloneInABatchAndAgain() {
        FlrScorer scorer = new FlrScorer(model);
        RepliedChat chat = new RepliedChat(PROMPT, "good day");
        Reward alone = scorer.score(List.of(chat)).getFirst();

        List<Reward> batch =
                scorer.score(
                        List.of(
                                new RepliedChat(List.of(user("what")), "no"),
                                chat,
                                new RepliedChat(PROMPT, "another, longer reply than that")));

        assertThat(batch.get(1).total()).isCloseTo(alone.total(), within(1e-4));
        assertThat(batch.get(1).baselineCorrected())
                .isCloseTo(alone.baselineCorrected(), within(1e-4));
    }

    @Test
    void nothingToScoreGivesNothing() {
        assertThat(new FlrScorer(model).score(List.of())).isEmpty();
    }

    @Test
    void aLongChatIsCutAtMessagesAndKeepsSystemLastRequestAndReply() {
        List<ChatMessage> kept = List.of(system("be kind"), user("and now?"));
        List<ChatMessage> whole =
                List.of(
                        system("be kind"),
                        user("x".repeat(300)),
                        assistant("y".repeat(300)),
                        user("and now?"));
        FlrScorer scorer = new FlrScorer(model);

        List<Reward> rewards =
                scorer.score(List.of(new RepliedChat(kept, "so"), new RepliedChat(whole, "so")));

        assertThat(rewards.get(1).total()).isCloseTo(rewards.get(0).total(), within(1e-4));
    }

    @Test
    void aReplyThatFitsNowhereIsRefusedWithBothSizes() {
        RepliedChat chat = new RepliedChat(PROMPT, "z".repeat(600));
        FlrScorer scorer = new FlrScorer(model);

        assertThat(scorer.fits(chat)).isFalse();
        assertThatThrownBy(() -> scorer.score(List.of(chat)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the limit is 512");
    }

    @Test
    void aChatThatDoesNotEndWithAReplyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RepliedChat.endingWith(PROMPT))
                .withMessageContaining("\"user\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RepliedChat.endingWith(List.of(assistant("hi"))))
                .withMessageContaining("nothing stands before");
    }

    @Test
    void manyFollowUpsScoreAsEachOneAlone() {
        String reply = "a reply that is long enough to be worth sharing";
        List<String> followUps = List.of("a", "bb", "thanks", "no", "why so", "more", "less");
        FollowUpScorer scorer = new FollowUpScorer(model);

        FollowedScore together =
                scorer.score(List.of(new FollowedChat(new RepliedChat(PROMPT, reply), followUps)))
                        .getFirst();

        for (int f = 0; f < followUps.size(); f++) {
            FollowedScore one =
                    scorer.score(
                                    List.of(
                                            new FollowedChat(
                                                    new RepliedChat(PROMPT, reply),
                                                    List.of(followUps.get(f)))))
                            .getFirst();
            double expected = alone(PROMPT, reply, followUps.get(f));
            assertThat(together.followUps().get(f).meanLogProb()).isCloseTo(expected, within(1e-4));
            assertThat(one.followUps().getFirst().meanLogProb()).isCloseTo(expected, within(1e-4));
            assertThat(one.replyLogProbs())
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(together.replyLogProbs());
        }
    }

    @Test
    void anEmptyReplyStillHasFollowUps() {
        FollowedScore score =
                new FollowUpScorer(model)
                        .score(
                                List.of(
                                        new FollowedChat(
                                                new RepliedChat(PROMPT, ""), List.of("hello?"))))
                        .getFirst();

        assertThat(score.replyLogProbs()).isEmpty();
        assertThat(score.followUps().getFirst().meanLogProb())
                .isCloseTo(alone(PROMPT, "", "hello?"), within(1e-4));
    }
}
