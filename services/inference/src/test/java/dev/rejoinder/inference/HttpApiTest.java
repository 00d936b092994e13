package dev.rejoinder.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.proto.chat.v1.FinishReason;
import dev.rejoinder.proto.chat.v1.Sampling;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.proto.inference.v1.TurnRecorded;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What OpenAI's client never shows: raw bytes, wrong calls, clients that vanish. */
@QuarkusTest
@WithTestResource(RunningNode.class)
class HttpApiTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int LONG_REPLY = 1900;

    @TestHTTPResource("/")
    URI root;

    private Calls calls;

    @BeforeEach
    void open() {
        calls = new Calls(root);
    }

    @AfterEach
    void close() {
        calls.close();
    }

    private static String chat(String more) {
        return "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]%s}"
                .formatted(more.replace('\'', '"'));
    }

    private double metric(String line) {
        Matcher m =
                Pattern.compile("^" + Pattern.quote(line) + " (\\S+)$", Pattern.MULTILINE)
                        .matcher(calls.text("/q/metrics"));
        return m.find() ? Double.parseDouble(m.group(1)) : 0;
    }

    private boolean isIdle() {
        return metric("rejoinder_queue_running") == 0 && metric("rejoinder_queue_waiting") == 0;
    }

    @Test
    void aReplyCarriesItsExactVersionAndItsTurnReachesKafka() {
        var answer =
                calls.post(
                        chat(",'max_tokens':5,'seed':3,'user':'ann','metadata':{'k':'v','training_consent':'false'}")
                                .getBytes(StandardCharsets.UTF_8),
                        "X-Rejoinder-Conversation",
                        "chat-1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("X-Rejoinder-Model-Version")).isEqualTo("tiny@base");
        assertThat(answer.body().path("system_fingerprint").asText()).isEqualTo("tiny@base");
        String completion = answer.body().path("id").asText();
        try (RecordedTurns turns = new RecordedTurns(RunningNode.bootstrapServers())) {
            TurnEvent event = turns.of(completion);
            TurnRecorded turn = event.getRecorded();
            assertThat(turn.getTurnId()).isEqualTo(Digests.id("turn", completion, "0"));
            assertThat(event.getEventId()).isEqualTo(Digests.id("turn-recorded", turn.getTurnId()));
            assertThat(turn.getConversationId()).isEqualTo("chat-1");
            assertThat(turn.getReply())
                    .isEqualTo(answer.body().at("/choices/0/message/content").asText());
            assertThat(turn.getReplyTokensCount()).isEqualTo(turn.getReplyLogProbsCount());
            assertThat(turn.getVersion().getVersion()).isEqualTo("base");
            assertThat(turn.getUserHash()).hasSize(32).doesNotContain("ann");
            assertThat(turn.getTrainingConsent()).isFalse();
            assertThat(turn.getSampling().getSeed()).isEqualTo(3);
            assertThat(turn.getSampling().getTemperature()).isEqualTo(1);
            assertThat(turn.getMetadataMap()).containsEntry("k", "v");
            assertThat(turn.getHistoryChain()).isEmpty();
        }
    }

    @Test
    void aFollowUpNamesTheTurnBeforeByItsChain() {
        var first = calls.post(chat(",'max_tokens':5"));
        String reply = first.body().at("/choices/0/message/content").toString();
        var second =
                calls.post(
                        ("{\"model\":\"tiny\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"},"
                                        + "{\"role\":\"assistant\",\"content\":%s},{\"role\":\"user\",\"content\":\"more\"}]}")
                                .formatted(reply));

        try (RecordedTurns turns = new RecordedTurns(RunningNode.bootstrapServers())) {
            TurnRecorded before = turns.of(first.body().path("id").asText()).getRecorded();
            TurnRecorded after = turns.of(second.body().path("id").asText()).getRecorded();
            assertThat(after.getHistoryChain()).isEqualTo(before.getReplyChain()).isNotEmpty();
            assertThat(after.getConversationId()).isEqualTo(before.getConversationId());
        }
    }

    @Test
    void aStreamIsSentAsItGrowsInServerSentEvents() throws IOException {
        try (Socket socket = calls.open(chat(",'stream':true,'temperature':0,'max_tokens':1200"))) {
            Calls.readUntil(socket, "\"delta\":{\"content\":");
            // The first piece is here while the row is still running: nothing was held back.
            assertThat(metric("rejoinder_queue_running")).isEqualTo(1);
            Calls.readUntil(socket, "\"finish_reason\":\"length\"");
            Calls.readUntil(socket, "data: [DONE]\n\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aClientThatGoesAwayFreesItsRowAndWhatItGotIsRecorded(boolean stream) throws IOException {
        String conversation = "left-" + stream;
        await().atMost(SOON).until(this::isIdle);
        Socket socket =
                calls.open(
                        chat(
                                ",'stream':%s,'temperature':0,'max_tokens':%d,'metadata':{'conversation_id':'%s'}"
                                        .formatted(stream, LONG_REPLY, conversation)));
        await().atMost(SOON).until(() -> metric("rejoinder_queue_running") == 1);
        if (stream) Calls.readUntil(socket, "\"delta\":{\"content\":");

        socket.close();

        await().atMost(SOON).until(this::isIdle);
        try (RecordedTurns turns = new RecordedTurns(RunningNode.bootstrapServers())) {
            TurnRecorded turn =
                    turns
                            .until(all ->
                                    all.stream()
                                            .anyMatch(e ->
                                                    e.getRecorded()
                                                            .getConversationId()
                                                            .equals(conversation)))
                            .stream()
                            .map(TurnEvent::getRecorded)
                            .filter(t -> t.getConversationId().equals(conversation))
                            .findFirst()
                            .orElseThrow();
            assertThat(turn.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_UNSPECIFIED);
            assertThat(turn.getReplyTokensCount()).isBetween(1, LONG_REPLY - 1);
        }
    }

    @Test
    void aFullQueueAnswers429WithTheTimeToWait() throws IOException {
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++)
                crowd.add(calls.open(chat(",'n':16,'temperature':0,'max_tokens':" + LONG_REPLY)));
            await().atMost(SOON).until(() -> metric("rejoinder_queue_waiting") == 16);

            var refused = calls.post(chat(",'n':5"));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
            assertThat(refused.error().path("code").asText()).isEqualTo("queue_full");
            assertThat(refused.error().path("message").asText())
                    .contains("32 replies are running or waiting")
                    .contains("the limit is 36");
        } finally {
            for (Socket socket : crowd) socket.close();
        }
        await().atMost(SOON).until(this::isIdle);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'n':99 | n | n of 99 is outside 1 to 16; ask for at most 16",
                "'n':99999999999 | n | n of 99999999999 is outside 1 to 16; ask for at most 16",
                "'max_tokens':99999999999 | max_tokens | max_tokens of 99999999999 is outside 1 to what the prompt leaves of the model's context; ask for fewer or leave it out",
                "'n':0 | n | n of 0 is outside 1 to 16; ask for at most 16",
                "'max_tokens':0 | max_tokens | max_tokens of 0 is outside 1 and more; ask for at least 1",
                "'max_completion_tokens':0 | max_completion_tokens | max_completion_tokens of 0 is outside 1 and more; ask for at least 1",
                "'temperature':3 | temperature | temperature of 3.0 is outside 0 to 2; 0 is greedy, 1 is usual",
                "'top_p':0 | top_p | top_p of 0.0 is outside (0, 1]; 1 keeps every token",
                "'top_k':-1 | top_k | top_k of -1 is outside 0 and more; 0 keeps every token",
                "'min_p':1.5 | min_p | min_p of 1.5 is outside 0 to 1; 0 keeps every token",
                "'presence_penalty':3 | presence_penalty | presence_penalty of 3.0 is outside -2 to 2; 0 is none",
                "'frequency_penalty':-3 | frequency_penalty | frequency_penalty of -3.0 is outside -2 to 2; 0 is none",
                "'repetition_penalty':0 | repetition_penalty | repetition_penalty of 0.0 is outside (0, 10]; 1 is none",
                "'logit_bias':{'5':101} | logit_bias.5 | logit_bias.5 of 101.0 is outside -100 to 100; -100 bans the token",
                "'logit_bias':{'-1':1} | logit_bias | logit_bias names token -1, and the model's are 0 to 259; send ids of the model's own tokenizer",
                "'stop':['a','b','c','d','e'] | stop | stop of 5 texts is outside 0 to 4; send at most 4",
                "'top_logprobs':5 | top_logprobs | top_logprobs of 5 needs logprobs; send `logprobs`: true as well",
                "'logprobs':true,'top_logprobs':21 | top_logprobs | top_logprobs of 21 is outside 0 to 20; ask for at most 20",
                "'tools':[{}] | tools | tools is not supported by this service; leave it out",
            })
    void aWrongValueIsRefusedWithFieldValueLimitAndRemedy(
            String field, String param, String message) {
        var answer = calls.post(chat("," + field));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(answer.error().path("param").asText()).isEqualTo(param);
        assertThat(answer.error().path("code").asText()).isEqualTo("invalid_value");
        assertThat(answer.error().path("message").asText().replace('"', '`')).isEqualTo(message);
    }

    /** Forced against every likelihood; the log-probabilities stay the model's own. */
    @Test
    void aBiasedTokenIsAllThereIsAndWhatWasAskedForIsRecorded() {
        var answer =
                calls.post(
                        chat(
                                ",'logit_bias':{'65':100},'top_k':50,'min_p':0.01,'presence_penalty':0.5,"
                                        + "'max_tokens':4,'logprobs':true"));

        assertThat(answer.status()).isEqualTo(200);
        JsonNode tokens = answer.body().at("/choices/0/logprobs/content");
        assertThat(tokens).hasSize(4);
        for (JsonNode token : tokens) {
            assertThat(token.path("token")).isEqualTo(tokens.get(0).path("token"));
            assertThat(token.path("logprob").asDouble()).isNegative();
        }
        try (RecordedTurns turns = new RecordedTurns(RunningNode.bootstrapServers())) {
            Sampling used = turns.of(answer.body().path("id").asText()).getRecorded().getSampling();
            assertThat(used.getTopK()).isEqualTo(50);
            assertThat(used.getMinP()).isEqualTo(0.01);
            assertThat(used.getTopP()).isEqualTo(1);
            assertThat(used.getPresencePenalty()).isEqualTo(0.5);
            assertThat(used.getRepetitionPenalty()).isEqualTo(1);
            assertThat(used.getLogitBiasMap()).containsEntry(65, 100.0);
        }
    }

    /** The tiny model's weights are random: only the constraint can make JSON of it. */
    @Test
    void aReplyIsTheJsonThatWasAskedFor() throws JsonProcessingException {
        String schema =
                "{'type':'object','additionalProperties':false,'required':['a','b'],'properties':"
                        + "{'a':{'type':'string','maxLength':4},'b':{'enum':[1,2]}}}";
        for (int seed = 0; seed < 5; seed++) {
            var answer =
                    calls.post(
                            chat(
                                    ",'max_tokens':200,'seed':%d,'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':%s}}"
                                            .formatted(seed, schema)));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            JsonNode said =
                    new ObjectMapper()
                            .readTree(answer.body().at("/choices/0/message/content").textValue());
            assertThat(said.path("a").textValue()).isNotNull();
            assertThat(said.path("b").intValue()).isBetween(1, 2);
            assertThat(said).hasSize(2);
        }
    }

    @Test
    void aSchemaThatIsNotSupportedIsRefusedWithItsPlace() {
        var answer =
                calls.post(
                        chat(
                                ",'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'string','pattern':'x'}}}"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").asText())
                .isEqualTo("response_format.json_schema.schema");
        assertThat(answer.error().path("message").asText())
                .contains("has \"pattern\", which is not supported; leave it out");
    }

    @Test
    void aConversationHeaderThatIsNoIdIsRefusedByItsName() {
        var answer =
                calls.post(
                        chat("").getBytes(StandardCharsets.UTF_8),
                        "X-Rejoinder-Conversation",
                        "c".repeat(129));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").asText()).isEqualTo("X-Rejoinder-Conversation");
    }

    @Test
    void aPromptPastTheContextIsRefusedWithBothSizes() {
        String body =
                "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                        .formatted("x".repeat(3000));

        var answer = calls.post(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("code").asText()).isEqualTo("context_length_exceeded");
        assertThat(answer.error().path("message").asText()).contains("the model's context of 2048");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}] | messages[1].role",
                "[{'role':'robot','content':'a'}] | messages[0].role",
                "[{'role':'user','content':''}] | messages[0].content",
                "[{'role':'user','content':'a\\ud800b'}] | messages[0].content",
                "[{'role':'user','content':'a\\u0000b'}] | messages[0].content",
                "[] | messages",
            })
    void wrongRolesAndTextsAreRefused(String messages, String param) {
        var answer =
                calls.post(
                        "{\"model\":\"tiny\",\"messages\":%s}"
                                .formatted(messages.replace('\'', '"')));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").asText()).isEqualTo(param);
    }

    @Test
    void anEmptyAMalformedAndANonUtf8BodyAreRefused() {
        byte[] notUtf8 = chat("").getBytes(StandardCharsets.UTF_8);
        notUtf8[chat("").indexOf("hello")] = (byte) 0xC0;

        for (byte[] body : List.of(new byte[0], "{\"model\":".getBytes(), notUtf8)) {
            var answer = calls.post(body);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().path("param").asText()).isEqualTo("body");
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWithTheLimit() {
        var answer = calls.post(new byte[5 << 20], "Content-Type", "application/json");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error().path("code").asText()).isEqualTo("request_too_large");
        assertThat(answer.error().path("message").asText()).contains("4194304");
    }

    @Test
    void aClientThatAsksBeforeItSendsIsToldToGoOn() throws IOException {
        String body = chat(",'max_tokens':2");
        try (Socket socket = new Socket(root.getHost(), root.getPort())) {
            String head =
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                                    .formatted(body.length());
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Calls.readUntil(socket, "100 Continue\r\n\r\n");

            socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));

            Calls.readUntil(socket, "HTTP/1.1 200 OK");
        }
    }

    @Test
    void aNameOfAnyLengthIsRefusedInAShortMessage() {
        var answer = calls.post(chat("").replace("tiny", "x".repeat(1_000_000)));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.error().path("message").asText())
                .contains("tiny@base")
                .hasSizeLessThan(500);
    }

    @Test
    void anotherContentTypeIsRefused() {
        var answer =
                calls.post(chat("").getBytes(StandardCharsets.UTF_8), "Content-Type", "text/plain");

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.error().path("message").asText())
                .contains("text/plain")
                .contains("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/chat/completions,405,method_not_allowed,method",
        "POST,/v1/models,405,method_not_allowed,method",
        "DELETE,/v1/models/tiny,405,method_not_allowed,method",
        "POST,/v1/completions,404,unknown_url,path",
        "GET,/v1,404,unknown_url,path",
        "POST,/v1/embeddings,404,unknown_url,path",
    })
    void wrongPathsAndMethodsAreAnsweredInOpenAisShape(
            String method, String path, int status, String code, String param) {
        var answer = calls.call(method, path);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.error().path("code").asText()).isEqualTo(code);
        assertThat(answer.error().path("param").asText()).isEqualTo(param);
        assertThat(answer.error().path("type").asText()).isEqualTo("invalid_request_error");
    }

    @Test
    void theNodeIsReadyWithoutARegistry() {
        // No registry here: the node is ready once it has asked in vain.
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(calls.text("/q/health/ready"))
                                .contains("inference model")
                                .doesNotContain("DOWN"));
        assertThat(calls.text("/q/health/live")).contains("\"UP\"");
    }

    @Test
    void everythingIsCounted() {
        calls.post(chat(",'max_tokens':4"));
        calls.post(chat(",'n':99"));
        calls.call("GET", "/v1/chat/completions");
        calls.post(chat("").getBytes(StandardCharsets.UTF_8), "Content-Type", "text/plain");

        String metrics = calls.text("/q/metrics");

        assertThat(metrics)
                .contains("rejoinder_requests_total{outcome=\"answered\"")
                .contains("reason=\"field_invalid\"")
                .contains("reason=\"method_not_allowed\"")
                .contains("reason=\"unsupported_media_type\"")
                .contains("rejoinder_replies_total{version=\"tiny@base\"}")
                .contains("rejoinder_tokens_total{kind=\"completion\"}")
                .contains("rejoinder_tokens_total{kind=\"prompt\"}")
                .contains("rejoinder_first_token_seconds_bucket")
                .contains("rejoinder_version_share{version=\"tiny@base\"} 1.0")
                .contains("rejoinder_queue_running")
                .contains("rejoinder_queue_waiting")
                .contains("rejoinder_queue_keys")
                .contains("rejoinder_queue_wait_seconds_bucket")
                .contains("rejoinder_spool_bytes")
                .contains("rejoinder_spool_records")
                .contains("rejoinder_turns_total{state=\"recorded\"}");
    }
}
