package dev.rejoinder.reward.flr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real model against figures of transformers 4.57.1 in float32. */
class SmolLmScoresTest {
    private static final double TOLERANCE = 2e-3;

    private static LanguageModel model;
    private static JsonNode golden;

    @BeforeAll
    static void load() throws IOException {
        model = Models.smolLm();
        try (InputStream in =
                SmolLmScoresTest.class.getResourceAsStream(
                        "/golden/smollm2-135m-instruct-scores.json")) {
            golden = new ObjectMapper().readTree(in);
        }
        assertThat(model.info().digest()).isEqualTo(golden.path("model_sha256").asText());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static List<ChatMessage> messages(JsonNode dialogue) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode m : dialogue.path("messages"))
            messages.add(
                    new ChatMessage(
                            Role.valueOf(m.path("role").asText().toUpperCase(Locale.ROOT)),
                            m.path("content").asText()));
        return messages;
    }

    private static List<FollowedChat> chats(int followUps) {
        List<FollowedChat> chats = new ArrayList<>();
        for (JsonNode d : golden.path("dialogues")) {
            List<String> texts = new ArrayList<>();
            for (JsonNode f : d.path("follow_ups"))
                if (texts.size() < followUps) texts.add(f.path("text").asText());
            RepliedChat chat = new RepliedChat(messages(d), d.path("reply").asText());
            chats.add(new FollowedChat(chat, texts));
        }
        return chats;
    }

    private static void assertGolden(List<FollowedScore> scores) {
        for (int i = 0; i < scores.size(); i++) {
            JsonNode d = golden.path("dialogues").get(i);
            float[] reply = scores.get(i).replyLogProbs();
            assertThat(reply).hasSize(d.path("reply_log_probs").size());
            for (int t = 0; t < reply.length; t++)
                assertThat((double) reply[t])
                        .isCloseTo(d.path("reply_log_probs").get(t).asDouble(), within(TOLERANCE));
            for (int f = 0; f < scores.get(i).followUps().size(); f++) {
                JsonNode expected = d.path("follow_ups").get(f);
                FollowedScore.FollowUpScore found = scores.get(i).followUps().get(f);
                assertThat(found.tokens()).isEqualTo(expected.path("tokens").asInt());
                assertThat(found.meanLogProb())
                        .isCloseTo(expected.path("mean_log_prob").asDouble(), within(TOLERANCE));
            }
        }
    }

    @Test
    void repliesAndFollowUpsScoreAsTheReferenceSays() {
        assertGolden(new FollowUpScorer(model).score(chats(4)));
    }

    @Test
    void oneFollowUpOrNoneScoresTheSame() {
        assertGolden(new FollowUpScorer(model).score(chats(1).subList(0, 2)));
        assertGolden(new FollowUpScorer(model).score(chats(0).subList(0, 2)));
    }

    @Test
    void scoringAReplyCostsFewerThan250TokensBesideItself() {
        int tokens =
                FollowUps.committed().sentences().stream()
                        .mapToInt(s -> model.tokenizer().encode(s.text()).length)
                        .sum();

        assertThat(tokens + model.chat().followUpBridge().length).isLessThan(250);
    }
}
