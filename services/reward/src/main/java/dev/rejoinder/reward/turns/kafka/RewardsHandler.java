package dev.rejoinder.reward.turns.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.kernel.kafka.EventHandler;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.proto.inference.v1.TurnRecorded;
import dev.rejoinder.proto.reward.v1.ReplyScored;
import dev.rejoinder.proto.reward.v1.RewardEvent;
import dev.rejoinder.reward.RewardMetrics;
import dev.rejoinder.reward.RewardMetrics.Outcome;
import dev.rejoinder.reward.flr.FlrScorer;
import dev.rejoinder.reward.flr.RepliedChat;
import dev.rejoinder.reward.flr.Reward;
import dev.rejoinder.reward.proto.ProtoChats;
import dev.rejoinder.reward.proto.ProtoRewards;
import dev.rejoinder.reward.turns.Share;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Scores the replies of a batch of turns together and publishes one reward for each. It keeps
 * nothing: the same turn always gives the same event id.
 */
public final class RewardsHandler implements EventHandler {
    private final FlrScorer scorer;
    private final Share share;
    private final RewardMetrics metrics;
    private final Clock clock;

    public RewardsHandler(FlrScorer scorer, Share share, RewardMetrics metrics, Clock clock) {
        this.scorer = scorer;
        this.share = share;
        this.metrics = metrics;
        this.clock = clock;
    }

    private record Scorable(TurnRecorded turn, RepliedChat chat) {}

    @Override
    public List<Output> handle(List<ConsumerRecord<String, byte[]>> batch) {
        List<Scorable> scorable = new ArrayList<>();
        for (TurnRecorded turn : recorded(batch)) {
            Outcome outcome = outcome(turn);
            metrics.count(outcome);
            if (outcome == Outcome.SCORED) scorable.add(new Scorable(turn, chat(turn)));
        }
        if (scorable.isEmpty()) return List.of();
        List<Reward> rewards =
                metrics.timed(() -> scorer.score(scorable.stream().map(Scorable::chat).toList()));
        List<Output> outputs = new ArrayList<>();
        for (int i = 0; i < rewards.size(); i++) {
            metrics.scored(rewards.get(i));
            outputs.add(output(scorable.get(i).turn(), rewards.get(i)));
        }
        return outputs;
    }

    private Outcome outcome(TurnRecorded turn) {
        if (turn.getReply().isBlank()) return Outcome.EMPTY;
        if (!share.holds(turn.getTurnId())) return Outcome.LEFT_OUT;
        return scorer.fits(chat(turn)) ? Outcome.SCORED : Outcome.TOO_LONG;
    }

    private static RepliedChat chat(TurnRecorded turn) {
        return new RepliedChat(ProtoChats.messages(turn.getMessagesList()), turn.getReply());
    }

    private Output output(TurnRecorded turn, Reward reward) {
        Instant now = clock.instant();
        RewardEvent event =
                RewardEvent.newBuilder()
                        .setEventId(Digests.id("reward", turn.getTurnId(), reward.scorer()))
                        .setScored(
                                ReplyScored.newBuilder()
                                        .setTurnId(turn.getTurnId())
                                        .setConversationId(turn.getConversationId())
                                        .setVersion(turn.getVersion())
                                        .setReward(ProtoRewards.reward(reward))
                                        .setScoredAt(
                                                Timestamp.newBuilder()
                                                        .setSeconds(now.getEpochSecond())
                                                        .setNanos(now.getNano())))
                        .build();
        return new Output(
                EventTopic.REWARDS.topic(), turn.getConversationId(), event.toByteArray());
    }

    /** Each turn once, without those erased later in the batch. */
    private static Iterable<TurnRecorded> recorded(List<ConsumerRecord<String, byte[]>> batch) {
        Map<String, TurnRecorded> turns = new LinkedHashMap<>();
        for (ConsumerRecord<String, byte[]> record : batch) {
            TurnEvent event = event(record);
            switch (event.getEventCase()) {
                case RECORDED -> turns.put(event.getRecorded().getTurnId(), event.getRecorded());
                case ERASED -> turns.remove(event.getErased().getTurnId());
                case EVENT_NOT_SET ->
                        throw new IllegalArgumentException(
                                "event " + event.getEventId() + " says nothing this version knows");
            }
        }
        return turns.values();
    }

    private static TurnEvent event(ConsumerRecord<String, byte[]> record) {
        try {
            return TurnEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the record is no TurnEvent", e);
        }
    }
}
