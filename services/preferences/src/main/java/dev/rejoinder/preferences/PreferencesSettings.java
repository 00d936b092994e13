package dev.rejoinder.preferences;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How pairs are mined; checked at start, every fault at once. */
@ConfigMapping(prefix = "rejoinder.preferences")
public interface PreferencesSettings {
    /** Most signals worked on together. */
    @WithDefault("8")
    int batchSize();

    OnPolicy onPolicy();

    BestOfN bestOfN();

    Curation curation();

    Calls calls();

    /** Samples of the policy told what the user wants. */
    interface OnPolicy {
        /** Samples after the follow-up, for each complaint. */
        @WithDefault("5")
        int samples();

        /** Samples of the prompt alone with the follow-up in the system message. */
        @WithDefault("0")
        int toldBySystem();

        /** Most tokens of a sample. */
        @WithDefault("128")
        int maxTokens();

        /** Most pairs of one complaint: the likeliest under the base. */
        @WithDefault("4")
        int keep();
    }

    /** Best and worst samples by FLR. */
    interface BestOfN {
        /** Share of the signals whose prompts are used, 0 to 1. */
        @WithDefault("0.05")
        double share();

        /** Samples of a prompt. */
        @WithDefault("8")
        int samples();

        /** Most tokens of a sample. */
        @WithDefault("128")
        int maxTokens();

        /** Nats per token by which the best must exceed the worst. */
        @WithDefault("0.05")
        double margin();
    }

    /** What every pair must be. */
    interface Curation {
        /** Nats per token by which the follow-up must be likelier after the rejected reply. */
        @WithDefault("0")
        double margin();

        /** Least mean log-prob of the chosen reply under the base, nats per token. */
        @WithDefault("-1.6")
        double floor();

        /** Most pairs of one user. */
        @WithDefault("40")
        int userCap();

        /** Overlap of word runs from which two texts count as one, 0 to 1. */
        @WithDefault("0.8")
        double similarity();
    }

    /** Calls of inference and reward. */
    interface Calls {
        /** Temperature of samples. */
        @WithDefault("0.7")
        double temperature();

        /** Nucleus mass of samples. */
        @WithDefault("0.9")
        double topP();

        /** Calls of Generate under way at once. */
        @WithDefault("4")
        int concurrency();

        /** Longest wait for one call of Generate. */
        @WithDefault("300s")
        Duration generateTimeout();

        /** Longest wait for one scoring call. */
        @WithDefault("300s")
        Duration scoreTimeout();
    }
}
