package dev.rejoinder.inference.chat;

import dev.rejoinder.inference.chat.ChatRequest.Author;
import dev.rejoinder.inference.chat.ChatRequest.Wish;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.generate.Sampling;
import java.util.List;
import java.util.Map;

/** What a chat may ask for, whichever way it came in. */
public final class ChatChecks {
    static final int MAX_REPLIES = 16;

    /** What {@code n} may be, and what to do about another. */
    public static final String REPLIES = "1 to " + MAX_REPLIES;

    public static final String FEWER_REPLIES = "ask for at most " + MAX_REPLIES;

    static final int MAX_MESSAGES = 2048;
    static final int MAX_STOPS = 4;
    static final int MAX_STOP_LENGTH = 256;
    static final int MAX_METADATA = 16;
    static final int MAX_METADATA_KEY = 64;
    static final int MAX_METADATA_VALUE = 512;
    static final int MAX_ID = 128;

    private ChatChecks() {}

    /**
     * @throws Refusal naming the first field that is wrong
     */
    static void check(ChatRequest request) {
        if (request.n() < 1 || request.n() > MAX_REPLIES)
            throw Invalid.outside("n", request.n(), REPLIES, FEWER_REPLIES);
        check(request.messages());
        checkWish(request.wish());
        check(request.author());
    }

    private static void check(List<ChatMessage> messages) {
        if (messages.isEmpty())
            throw Invalid.field(
                    "messages", "[]", "1 message", "is empty", "send at least one user message");
        if (messages.size() > MAX_MESSAGES)
            throw Invalid.outside(
                    "messages",
                    messages.size() + " messages",
                    "1 to " + MAX_MESSAGES,
                    "leave out the oldest");
        for (int i = 0; i < messages.size(); i++) check(messages.get(i), i);
        Role last = messages.getLast().role();
        if (last != Role.USER)
            throw Invalid.field(
                    "messages[%d].role".formatted(messages.size() - 1),
                    last.label(),
                    "user",
                    "is \"%s\", but the last message must be the user's".formatted(last.label()),
                    "end the messages with role \"user\"");
    }

    private static void check(ChatMessage message, int i) {
        String field = "messages[%d].content".formatted(i);
        if (message.content().isEmpty() && message.role() != Role.ASSISTANT)
            throw Invalid.field(
                    field,
                    "",
                    "1 character",
                    "is empty",
                    "send some text or leave the message out");
        plainText(field, message.content());
    }

    /** Text that every service can keep: no half characters, no NUL (databases refuse it). */
    private static void plainText(String field, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair =
                    i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
            if (c == 0 || Character.isSurrogate(c) && !pair)
                throw Invalid.field(
                        field,
                        "U+%04X".formatted((int) c),
                        "Unicode text",
                        "holds U+%04X at character %d, which is no text".formatted((int) c, i),
                        "remove it");
            if (pair) i++;
        }
    }

    /**
     * @throws Refusal naming the first field that is wrong
     */
    public static void checkWish(Wish wish) {
        DrawChecks.check(wish.draw());
        Integer maxTokens = wish.maxTokens();
        if (maxTokens != null) requireTokens("max_tokens", maxTokens);
        checkStops(wish.stop());
        checkLogProbs(wish);
    }

    /** As the client named the field. */
    public static void requireTokens(String field, int maxTokens) {
        if (maxTokens < 1)
            throw Invalid.outside(field, maxTokens, "1 and more", "ask for at least 1");
    }

    private static void checkStops(List<String> stops) {
        if (stops.size() > MAX_STOPS)
            throw Invalid.outside(
                    "stop",
                    stops.size() + " texts",
                    "0 to " + MAX_STOPS,
                    "send at most " + MAX_STOPS);
        for (String stop : stops) {
            if (stop.isEmpty() || stop.length() > MAX_STOP_LENGTH)
                throw Invalid.outside(
                        "stop",
                        stop.length() + " characters",
                        "1 to " + MAX_STOP_LENGTH,
                        "send a short text or leave it out");
            plainText("stop", stop);
        }
    }

    private static void checkLogProbs(Wish wish) {
        int top = wish.topLogProbs();
        if (top < 0 || top > Sampling.MAX_TOP_LOG_PROBS)
            throw Invalid.outside(
                    "top_logprobs",
                    top,
                    "0 to " + Sampling.MAX_TOP_LOG_PROBS,
                    "ask for at most " + Sampling.MAX_TOP_LOG_PROBS);
        if (top > 0 && !wish.logProbs())
            throw Invalid.field(
                    "top_logprobs",
                    top,
                    "logprobs: true",
                    "of %d needs logprobs".formatted(top),
                    "send \"logprobs\": true as well");
    }

    private static void check(Author author) {
        requireId("metadata.conversation_id", author.conversationId());
        requireId("user_hash", author.userHash());
        Map<String, String> metadata = author.metadata();
        if (metadata.size() > MAX_METADATA)
            throw Invalid.outside(
                    "metadata", metadata.size() + " keys", "0 to " + MAX_METADATA, "send fewer");
        metadata.forEach(ChatChecks::checkMetadata);
    }

    private static void checkMetadata(String key, String value) {
        String field = "metadata." + Invalid.shown(key);
        if (key.length() > MAX_METADATA_KEY)
            throw Invalid.outside(
                    field, key.length() + " characters", "1 to " + MAX_METADATA_KEY, "shorten it");
        if (value.length() > MAX_METADATA_VALUE)
            throw Invalid.outside(
                    field,
                    value.length() + " characters",
                    "0 to " + MAX_METADATA_VALUE,
                    "shorten it");
        plainText(field, key);
        plainText(field, value);
    }

    /** As the client named the field. */
    public static void requireId(String field, String id) {
        boolean odd = id.chars().anyMatch(c -> c < ' ' || c > '~');
        if (id.length() > MAX_ID || odd)
            throw Invalid.field(
                    field,
                    id,
                    MAX_ID + " printable ASCII characters",
                    "\"%s\" is no id".formatted(Invalid.shown(id)),
                    "send at most %d printable ASCII characters".formatted(MAX_ID));
    }
}
