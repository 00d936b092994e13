package dev.rejoinder.inference.chat.grpc;

import com.google.protobuf.ByteString;
import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.Invalid;
import dev.rejoinder.inference.chat.JsonReply;
import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.conversation.ShareKeys;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.token.Tokenizer;
import dev.rejoinder.proto.chat.v1.FinishReason;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Sampling;
import dev.rejoinder.proto.inference.v1.GenerateRequest;
import dev.rejoinder.proto.inference.v1.TokenLogProb;
import dev.rejoinder.proto.inference.v1.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Between the wire's chats and ours. */
final class GrpcChats {
    private final Tokenizer tokenizer;
    private final boolean consent;

    /**
     * @param consent whether recorded turns may be trained on; the wire does not say
     */
    GrpcChats(Tokenizer tokenizer, boolean consent) {
        this.tokenizer = tokenizer;
        this.consent = consent;
    }

    ChatRequest request(GenerateRequest wire) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i < wire.getMessagesCount(); i++)
            messages.add(message(wire.getMessages(i), i));
        return new ChatRequest(
                wire.getModel(),
                messages,
                wish(wire),
                wire.getN() == 0 ? 1 : wire.getN(),
                new ChatRequest.Author(
                        share(wire),
                        wire.getUserHash(),
                        wire.getConversationId(),
                        consent,
                        Map.of()),
                wire.getRecord());
    }

    /** The platform's own samples take one share together, beside the users'. */
    private static String share(GenerateRequest wire) {
        if (!wire.getUserHash().isEmpty()) return ShareKeys.ofUser(wire.getUserHash());
        return wire.getRecord() ? ShareKeys.NOBODY : ShareKeys.SAMPLES;
    }

    private static ChatMessage message(Message message, int i) {
        Role role =
                switch (message.getRole()) {
                    case ROLE_SYSTEM -> Role.SYSTEM;
                    case ROLE_USER -> Role.USER;
                    case ROLE_ASSISTANT -> Role.ASSISTANT;
                    case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                            throw Invalid.field(
                                    "messages[%d].role".formatted(i),
                                    message.getRoleValue(),
                                    "system, user or assistant",
                                    "is unspecified",
                                    "name one of system, user and assistant");
                };
        return new ChatMessage(role, message.getContent());
    }

    private static ChatRequest.Wish wish(GenerateRequest wire) {
        Sampling sampling = wire.getSampling();
        return new ChatRequest.Wish(
                draw(sampling),
                wire.hasJson() ? json(wire.getJson().getSchema()) : null,
                sampling.hasMaxTokens() ? (Integer) sampling.getMaxTokens() : null,
                sampling.getStopList(),
                sampling.getLogprobs(),
                sampling.getTopLogprobs());
    }

    private static JsonReply json(String schema) {
        return new JsonReply(schema.isEmpty() ? null : schema);
    }

    private static ChatRequest.Draw draw(Sampling sampling) {
        return new ChatRequest.Draw(
                sampling.hasTemperature() ? (Double) sampling.getTemperature() : null,
                sampling.hasTopK() ? (Integer) sampling.getTopK() : null,
                sampling.hasTopP() ? (Double) sampling.getTopP() : null,
                sampling.hasMinP() ? (Double) sampling.getMinP() : null,
                sampling.hasRepetitionPenalty() ? (Double) sampling.getRepetitionPenalty() : null,
                sampling.hasPresencePenalty() ? (Double) sampling.getPresencePenalty() : null,
                sampling.hasFrequencyPenalty() ? (Double) sampling.getFrequencyPenalty() : null,
                sampling.getLogitBiasMap(),
                sampling.hasSeed() ? (Long) sampling.getSeed() : null);
    }

    static FinishReason reason(Reply reply) {
        return switch (reply.reason()) {
            case STOP -> FinishReason.FINISH_REASON_STOP;
            case LENGTH -> FinishReason.FINISH_REASON_LENGTH;
            case CANCELLED, ERROR ->
                    throw new IllegalStateException(reply.reason() + " is never sent to a client");
        };
    }

    static Usage usage(int promptTokens, List<Reply> replies) {
        return Usage.newBuilder()
                .setPromptTokens(promptTokens)
                .setCompletionTokens(replies.stream().mapToInt(r -> r.tokens().size()).sum())
                .build();
    }

    TokenLogProb logProb(GeneratedToken token) {
        TokenLogProb.Builder wire = logProb(token.id(), token.logProb());
        token.top().forEach(a -> wire.addTop(logProb(a.id(), a.logProb())));
        return wire.build();
    }

    private TokenLogProb.Builder logProb(int id, double logProb) {
        byte[] bytes = tokenizer.bytes(id);
        return TokenLogProb.newBuilder()
                .setText(new String(bytes, StandardCharsets.UTF_8))
                .setRaw(ByteString.copyFrom(bytes))
                .setLogProb(logProb);
    }
}
