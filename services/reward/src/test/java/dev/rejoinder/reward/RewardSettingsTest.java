package dev.rejoinder.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class RewardSettingsTest {
    private static RewardSettings settings(String... keyValues) {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder().withMapping(RewardSettings.class);
        for (int i = 0; i < keyValues.length; i += 2)
            builder.withDefaultValue("rejoinder.reward." + keyValues[i], keyValues[i + 1]);
        return builder.build().getConfigMapping(RewardSettings.class);
    }

    @Test
    void theDefaultsAreSoundAndScoreEveryTurn() {
        assertThat(RewardSettings.problems(settings())).isEmpty();
        assertThat(settings().share()).isEqualTo(1);
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThat(RewardSettings.problems(settings("share", "1.5", "batch", "0", "limit", "8")))
                .hasSize(3)
                .allMatch(p -> p.startsWith("rejoinder.reward."));
    }
}
