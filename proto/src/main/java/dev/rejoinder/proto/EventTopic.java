package dev.rejoinder.proto;

/**
 * The event log: every topic, its key, and how long it keeps what. A part of the contract, like the
 * messages.
 */
public enum EventTopic {
    /** TurnEvent by conversation id. */
    TURNS("rejoinder.turns.v1", Cleanup.DELETE),
    /** SignalEvent by conversation id. */
    SIGNALS("rejoinder.signals.v1", Cleanup.DELETE),
    /** RewardEvent by conversation id. */
    REWARDS("rejoinder.rewards.v1", Cleanup.DELETE),
    /** PairEvent: a pair by pair id, a rejection by event id. */
    PAIRS("rejoinder.pairs.v1", Cleanup.COMPACT_AND_DELETE),
    /** RunEvent by run id. */
    RUNS("rejoinder.runs.v1", Cleanup.COMPACT),
    /** ModelEvent by model id: a node can start from it. */
    MODELS("rejoinder.models.v1", Cleanup.COMPACT);

    /** Kafka's {@code cleanup.policy}. */
    public enum Cleanup {
        DELETE("delete"),
        COMPACT("compact"),
        COMPACT_AND_DELETE("compact,delete");

        private final String policy;

        Cleanup(String policy) {
            this.policy = policy;
        }

        public String policy() {
            return policy;
        }
    }

    private final String topic;
    private final Cleanup cleanup;

    EventTopic(String topic, Cleanup cleanup) {
        this.topic = topic;
        this.cleanup = cleanup;
    }

    public String topic() {
        return topic;
    }

    public Cleanup cleanup() {
        return cleanup;
    }

    /** Where records go that cannot be read or handled, with the reason in their headers. */
    public String deadLetterTopic() {
        return topic + ".dlq";
    }
}
