package dev.rejoinder.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The trainer's configuration; {@link TrainerConfiguration} checks it when the service starts. */
@ConfigMapping(prefix = "rejoinder.trainer")
public interface TrainerSettings {
    /** Where datasets, checkpoints and registered adapters lie. */
    @WithDefault("${user.home}/.local/share/rejoinder/training")
    Path folder();

    DatasetSettings dataset();

    TriggerSettings trigger();

    LearningSettings learning();

    RunSettings run();

    EvaluationSettings evaluation();

    GateSettings gate();

    /** Which pairs a run learns from. */
    interface DatasetSettings {
        /** Fewest usable pairs of a run. */
        @WithDefault("20")
        int minPairs();

        /** Most pairs of a run; the best are taken, users in turn. */
        @WithDefault("1000")
        int maxPairs();

        /** Most tokens of a prompt and both replies; longer pairs are left out. */
        @WithDefault("1024")
        int maxTokens();

        /** Share of the pairs that is held out, by user. */
        @WithDefault("0.1")
        double heldOutShare();

        /**
         * How likely the chosen reply must be to satisfy, by what users said of other replies; 0
         * takes every pair.
         */
        @WithDefault("0.7")
        double minSatisfaction();

        /**
         * Where fewer pairs pass min-satisfaction, so many of the likeliest do, if they are
         * likelier to satisfy than not; 0 for none.
         */
        @WithDefault("0")
        int minSatisfyingPairs();

        /** Most judged replies from which that is told, newest first. */
        @WithDefault("1000")
        int maxJudged();
    }

    /** When a run begins by itself. */
    interface TriggerSettings {
        /** Whether runs begin by themselves at all; StartRun always works. */
        @WithDefault("true")
        boolean enabled();

        /** New pairs that are enough. */
        @WithDefault("200")
        int minNewPairs();

        /** No new pair for so long before a run of enough pairs begins. */
        @WithDefault("30s")
        Duration quiet();

        /** After so long a run begins with fewer new pairs. */
        @WithDefault("24h")
        Duration maxInterval();

        /** New pairs that are enough after that time. */
        @WithDefault("40")
        int minPairs();

        /** How long a failed run is not tried again. */
        @WithDefault("10m")
        Duration retryPause();
    }

    /** How a run learns, unless StartRun says otherwise. */
    interface LearningSettings {
        /** "dpo" or "sft". */
        @WithDefault("dpo")
        String loss();

        /** DPO's beta: the larger, the less a rejected reply is pushed away. */
        @WithDefault("0.2")
        double beta();

        /** Weight of the chosen reply's negative log-likelihood beside DPO. */
        @WithDefault("1")
        double nllWeight();

        /** Weight of staying near the base on texts of its own, in every step; 0 for none. */
        @WithDefault("5")
        double anchorWeight();

        /** AdamW's highest learning rate. */
        @WithDefault("1e-4")
        double learningRate();

        /** Share of the steps over which the learning rate rises. */
        @WithDefault("0.05")
        double warmup();

        /** "constant" or "cosine". */
        @WithDefault("constant")
        String schedule();

        /** AdamW's decoupled weight decay. */
        @WithDefault("0.01")
        double weightDecay();

        /** The gradient's global norm is clipped to this. */
        @WithDefault("1")
        double maxGradientNorm();

        /** Fewest passes over the pairs. */
        @WithDefault("3")
        int epochs();

        /** Fewest steps of a run: few pairs get more passes, of which the last ends there. */
        @WithDefault("0")
        int minSteps();

        /** Pairs a step. */
        @WithDefault("4")
        int batchSize();

        /** LoRA rank. */
        @WithDefault("8")
        int rank();

        /** LoRA alpha. */
        @WithDefault("16")
        double alpha();

        /** Modules that get an adapter, PEFT names. */
        @WithDefault("q_proj,k_proj,v_proj,o_proj")
        List<String> targets();

        /** Seed of the adapter's start, the order of the pairs and the evaluation's samples. */
        @WithDefault("1")
        long seed();
    }

    /** How a run is carried out. */
    interface RunSettings {
        /** Steps between checkpoints; ends of epochs have one anyway. */
        @WithDefault("5")
        int checkpointEverySteps();

        /** Steps between published curves. */
        @WithDefault("1")
        int reportEverySteps();

        /** Whether an earlier epoch's adapter is tried where the last one fails the gate. */
        @WithDefault("true")
        boolean earlierEpochs();
    }

    /** How much the gate looks at. */
    interface EvaluationSettings {
        /** Most prompts answered; held-out ones first. */
        @WithDefault("24")
        int prompts();

        /** Most tokens of a sampled reply. */
        @WithDefault("96")
        int maxTokens();

        /** Replies decoded together. */
        @WithDefault("8")
        int batch();
    }

    /** The gate's limits. */
    interface GateSettings {
        /** Share of held-out pairs the adapter must tell apart. */
        @WithDefault("0.55")
        double minHeldOutAccuracy();

        /**
         * Nats per token by which real complaints must have become less likely, less what noise
         * explains.
         */
        @WithDefault("-0.1")
        double minFollowUpGain();

        /** Perplexity on the fixed text, over the base's; another text may read 0.02 higher. */
        @WithDefault("1.025")
        double maxPerplexityRatio();

        /** The base's mean log-probability per token of the new replies. */
        @WithDefault("-1.2")
        double minBaseLogProb();

        /** Distinct-2 of the new replies, over the champion's. */
        @WithDefault("0.8")
        double minDiversityRatio();

        /** Share of replies on their prompt's topic, over the champion's share. */
        @WithDefault("0.7")
        double minOnTopicRatio();

        /** Replies that may say nothing. */
        @WithDefault("0")
        int maxEmptyReplies();

        /** Replies that may be given to more than one prompt. */
        @WithDefault("0")
        int maxRepeatedReplies();

        /** Nats per token by which held-out replies must have moved. */
        @WithDefault("0.001")
        double minChange();
    }
}
