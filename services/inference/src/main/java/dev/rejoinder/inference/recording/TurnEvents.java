package dev.rejoinder.inference.recording;

import com.google.protobuf.Timestamp;
import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.chat.Turn;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.proto.chat.v1.FinishReason;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.chat.v1.Sampling;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.proto.inference.v1.TurnRecorded;
import java.time.Duration;
import java.time.Instant;

/** Turns as events; the id follows from the completion's id and the reply's index alone. */
final class TurnEvents {
    private TurnEvents() {}

    static TurnEvent of(Turn turn, Instant answeredAt) {
        TurnRecorded recorded = recorded(turn, answeredAt);
        return TurnEvent.newBuilder()
                .setEventId(Digests.id("turn-recorded", recorded.getTurnId()))
                .setRecorded(recorded)
                .build();
    }

    private static TurnRecorded recorded(Turn turn, Instant answeredAt) {
        ChatRequest request = turn.request();
        Reply reply = turn.reply();
        TurnRecorded.Builder recorded =
                TurnRecorded.newBuilder()
                        .setTurnId(
                                Digests.id(
                                        "turn", turn.completionId(), String.valueOf(reply.index())))
                        .setCompletionId(turn.completionId())
                        .setConversationId(turn.conversation().id(reply.text()))
                        .setReply(reply.text())
                        .setFinishReason(reason(reply))
                        .setVersion(turn.version())
                        .setUserHash(request.author().userHash())
                        .setTrainingConsent(request.author().consent())
                        .setAnsweredAt(timestamp(answeredAt))
                        .setHistoryChain(turn.conversation().historyChain())
                        .setReplyChain(turn.conversation().replyChain(reply.text()))
                        .setPromptTokens(turn.promptTokens())
                        .setFirstTokenMillis(Duration.ofNanos(reply.firstTokenNanos()).toMillis())
                        .putAllMetadata(request.author().metadata())
                        .setSampling(sampling(turn));
        for (ChatMessage message : request.messages()) recorded.addMessages(message(message));
        for (GeneratedToken token : reply.tokens())
            recorded.addReplyTokens(token.id()).addReplyLogProbs((float) token.logProb());
        return recorded.build();
    }

    private static FinishReason reason(Reply reply) {
        return switch (reply.reason()) {
            case STOP -> FinishReason.FINISH_REASON_STOP;
            case LENGTH -> FinishReason.FINISH_REASON_LENGTH;
            case CANCELLED, ERROR -> FinishReason.FINISH_REASON_UNSPECIFIED;
        };
    }

    private static Sampling sampling(Turn turn) {
        dev.rejoinder.lm.generate.Sampling used = turn.sampling();
        return Sampling.newBuilder()
                .setTemperature(used.temperature())
                .setTopK(used.truncation().topK())
                .setTopP(used.truncation().topP())
                .setMinP(used.truncation().minP())
                .setRepetitionPenalty(used.penalties().repetition())
                .setPresencePenalty(used.penalties().presence())
                .setFrequencyPenalty(used.penalties().frequency())
                .putAllLogitBias(used.logitBias())
                .setSeed(used.seed())
                .setMaxTokens(turn.maxTokens())
                .addAllStop(turn.request().wish().stop())
                .setTopLogprobs(used.topLogProbs())
                .setLogprobs(turn.request().wish().logProbs())
                .build();
    }

    private static Message message(ChatMessage message) {
        Role role =
                switch (message.role()) {
                    case SYSTEM -> Role.ROLE_SYSTEM;
                    case USER -> Role.ROLE_USER;
                    case ASSISTANT -> Role.ROLE_ASSISTANT;
                };
        return Message.newBuilder().setRole(role).setContent(message.content()).build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
