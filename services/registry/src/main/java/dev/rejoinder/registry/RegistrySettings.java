package dev.rejoinder.registry;

import dev.rejoinder.registry.evidence.CanaryRules;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How new versions are rolled out; checked at the start by {@link CanaryRules}. */
@ConfigMapping(prefix = "rejoinder.registry")
interface RegistrySettings {
    /** Share of the conversations that a canary gets. */
    @WithDefault("0.3")
    double canaryShare();

    /** Bound of the chance to promote a canary that is no better than the champion. */
    @WithDefault("0.05")
    double canaryAlpha();

    /** Least confident follow-ups in each arm for a promotion. */
    @WithDefault("8")
    int canaryMinFollowUps();

    /** Confident follow-ups of the canary after which its trial is over. */
    @WithDefault("400")
    int canaryMaxFollowUps();

    /** By how much more often dissatisfied still counts as no worse, when the trial is over. */
    @WithDefault("0.05")
    double canaryMargin();

    /** The rules these settings make. */
    static CanaryRules rules(RegistrySettings s) {
        return new CanaryRules(
                s.canaryShare(),
                s.canaryAlpha(),
                s.canaryMinFollowUps(),
                s.canaryMaxFollowUps(),
                s.canaryMargin());
    }
}
