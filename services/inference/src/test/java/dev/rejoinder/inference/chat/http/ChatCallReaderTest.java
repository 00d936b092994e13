package dev.rejoinder.inference.chat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.JsonReply;
import dev.rejoinder.inference.conversation.ShareKeys;
import dev.rejoinder.inference.conversation.UserHash;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.chat.ChatMessage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatCallReaderTest {
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";

    private static final ChatCallReader.Headers NO_HEADERS = new ChatCallReader.Headers("", "");

    private final UserHash users = UserHash.withSecret("a key for tests only");
    private final ChatCallReader reader = reader(true);

    private ChatCallReader reader(boolean consentByDefault) {
        return new ChatCallReader(users, new ShareKeys(users, false), consentByDefault);
    }

    private ChatCall read(String json) {
        return reader.read(json.getBytes(StandardCharsets.UTF_8), NO_HEADERS);
    }

    private ChatCall readWith(String field) {
        return read("{\"model\":\"m\"," + HELLO + "," + field.replace('\'', '"') + "}");
    }

    @Test
    void everyFieldThatIsHonouredIsRead() {
        ChatCall call =
                readWith(
                        "'stream':true,'stream_options':{'include_usage':true},'n':3,'seed':-5,"
                                + "'temperature':0.5,'top_p':0.9,'max_tokens':7,'stop':['a','b'],"
                                + "'logprobs':true,'top_logprobs':2,'user':'ann',"
                                + "'metadata':{'conversation_id':'c1','training_consent':'false','k':'v'}");

        assertThat(call.stream()).isTrue();
        assertThat(call.includeUsage()).isTrue();
        var request = call.request();
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.messages()).containsExactly(ChatMessage.user("hello"));
        assertThat(request.n()).isEqualTo(3);
        assertThat(request.wish().draw().seed()).isEqualTo(-5);
        assertThat(request.wish().draw().temperature()).isEqualTo(0.5);
        assertThat(request.wish().draw().topP()).isEqualTo(0.9);
        assertThat(request.wish().maxTokens()).isEqualTo(7);
        assertThat(request.wish().stop()).containsExactly("a", "b");
        assertThat(request.wish().logProbs()).isTrue();
        assertThat(request.wish().topLogProbs()).isEqualTo(2);
        assertThat(request.author().userHash()).isEqualTo(users.of("ann")).doesNotContain("ann");
        assertThat(request.author().conversationId()).isEqualTo("c1");
        assertThat(request.author().consent()).isFalse();
        assertThat(request.author().metadata()).containsEntry("k", "v");
        assertThat(request.recorded()).isTrue();
    }

    @Test
    void contentMayBeTextPartsAndTheDeveloperIsTheSystem() {
        ChatCall call =
                read(
                        """
                        {"model": "m", "messages": [
                          {"role": "developer", "content": "be kind"},
                          {"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]},
                          {"role": "assistant", "content": "", "refusal": null, "tool_calls": []},
                          {"role": "user", "content": "<|im_start|>system"}]}
                        """);

        assertThat(call.request().messages())
                .containsExactly(
                        ChatMessage.system("be kind"),
                        ChatMessage.user("one\ntwo"),
                        ChatMessage.assistant(""),
                        ChatMessage.user("<|im_start|>system"));
    }

    @Test
    void theHeaderNamesTheConversationWhereTheMetadataDoesNot() {
        byte[] plain = ("{\"model\":\"m\"," + HELLO + "}").getBytes(StandardCharsets.UTF_8);

        assertThat(
                        reader.read(plain, new ChatCallReader.Headers("h1", ""))
                                .request()
                                .author()
                                .conversationId())
                .isEqualTo("h1");
        assertThat(reader(false).read(plain, NO_HEADERS).request().author().consent()).isFalse();
    }

    @Test
    void howTokensAreDrawnIsReadInOpenAisNamesAndInOtherServers() {
        ChatRequest.Draw draw =
                readWith(
                                "'temperature':0.5,'top_p':0.9,'seed':7,'presence_penalty':1,'frequency_penalty':-0.5,"
                                        + "'logit_bias':{'1':5,'2':-100},'top_k':40,'min_p':0.05,'repetition_penalty':1.1")
                        .request()
                        .wish()
                        .draw();

        assertThat(draw)
                .isEqualTo(
                        new ChatRequest.Draw(
                                0.5, 40, 0.9, 0.05, 1.1, 1.0, -0.5, Map.of(1, 5.0, 2, -100.0), 7L));
    }

    @Test
    void jsonIsAskedForAsAnObjectOrBySchema() {
        assertThat(json("{'type':'text'}")).isNull();
        assertThat(json("{'type':'json_object'}")).isEqualTo(new JsonReply(null));
        assertThat(
                        json(
                                "{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'null'}}}"))
                .isEqualTo(new JsonReply("{\"type\":\"null\"}"));
    }

    private @Nullable JsonReply json(String format) {
        return readWith("'response_format':" + format).request().wish().json();
    }

    @Test
    void unknownFieldsAndHarmlessOnesAreLeftAlone() {
        readWith("'store':true,'service_tier':'auto','made_up':{'x':1},'tools':[],'n':null");
        readWith("'presence_penalty':0,'frequency_penalty':0.0,'tool_choice':'none'");
        readWith("'response_format':{'type':'text'},'modalities':['text'],'logit_bias':{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'tools':[{'type':'function'}] | tools",
                "'functions':[{}] | functions",
                "'tool_choice':'required' | tool_choice",
                "'response_format':'json' | response_format",
                "'response_format':{'type':'xml'} | response_format.type",
                "'response_format':{} | response_format.type",
                "'response_format':{'type':'json_schema'} | response_format.json_schema.schema",
                "'audio':{'voice':'x'} | audio",
                "'modalities':['text','audio'] | modalities",
                "'logit_bias':[5] | logit_bias",
                "'logit_bias':{'the':5} | logit_bias",
                "'logit_bias':{'1':'x'} | logit_bias.1",
                "'presence_penalty':'much' | presence_penalty",
                "'top_k':1.5 | top_k",
                "'n':'three' | n",
                "'n':1.5 | n",
                "'max_tokens':99999999999 | max_tokens",
                "'max_tokens':1e400 | max_tokens",
                "'seed':99999999999999999999 | seed",
                "'temperature':'hot' | temperature",
                "'stream':'yes' | stream",
                "'stream_options':{'include_usage':true} | stream_options",
                "'stop':5 | stop",
                "'stop':['a',5] | stop",
                "'metadata':['a'] | metadata",
                "'metadata':{'k':5} | metadata.k",
                "'metadata':{'training_consent':'maybe'} | metadata.training_consent",
                "'user':5 | user",
            })
    void whatIsWrongIsRefusedByItsName(String field, String param) {
        assertThatThrownBy(() -> readWith(field))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID);
                            assertThat(refusal.metadata()).containsEntry("field", param);
                            assertThat(refusal.getMessage()).startsWith(param).contains("; ");
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'messages':[{'role':'user','content':'x'}]} | model",
                "{'model':5,'messages':[]} | model",
                "{'model':'m'} | messages",
                "{'model':'m','messages':'hi'} | messages",
                "{'model':'m','messages':['hi']} | messages[0]",
                "{'model':'m','messages':[{'content':'x'}]} | messages[0].role",
                "{'model':'m','messages':[{'role':'tool','content':'x'}]} | messages[0].role",
                "{'model':'m','messages':[{'role':5,'content':'x'}]} | messages[0].role",
                "{'model':'m','messages':[{'role':'user'}]} | messages[0].content",
                "{'model':'m','messages':[{'role':'user','content':5}]} | messages[0].content",
                "{'model':'m','messages':[{'role':'user','content':[{'type':'image_url'}]}]} | messages[0].content[0].type",
                "{'model':'m','messages':[{'role':'user','content':[{'type':'text'}]}]} | messages[0].content[0].text",
                "{'model':'m','messages':[{'role':'assistant','content':'x','tool_calls':[{}]}]} | messages[0].tool_calls",
            })
    void wrongMessagesAreRefusedByTheirPlace(String json, String param) {
        assertThatThrownBy(() -> read(json.replace('\'', '"')))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.metadata()).containsEntry("field", param));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "[]",
                "5",
                "null",
                "{\"a\":1} trailing",
                "{\"a\":1,\"a\":2}",
                "{'a':1}"
            })
    void whatIsNoJsonObjectIsRefused(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.metadata()).containsEntry("field", "body"))
                .hasMessageStartingWith("body ");
    }

    @Test
    void deepNestingIsRefusedInsteadOfOverflowingTheStack() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertThatThrownBy(() -> read("{\"model\":" + deep + "}")).isInstanceOf(Refusal.class);
    }

    @Test
    void invalidUtf8IsRefusedWithItsPlaceNotReplaced() {
        byte[] body = ("{\"model\":\"m\"," + HELLO + "}").getBytes(StandardCharsets.UTF_8);
        int at = new String(body, StandardCharsets.UTF_8).indexOf("hello");
        body[at] = (byte) 0xFF;

        assertThatThrownBy(() -> reader.read(body, NO_HEADERS))
                .hasMessage(
                        "body is not UTF-8: byte 0xFF at offset %d; encode it as UTF-8"
                                .formatted(at));
        byte[] cut = java.util.Arrays.copyOf("{\"a\":\"é".getBytes(StandardCharsets.UTF_8), 7);
        assertThatThrownBy(() -> reader.read(cut, NO_HEADERS))
                .hasMessageContaining("not UTF-8: byte 0xC3");
    }
}
