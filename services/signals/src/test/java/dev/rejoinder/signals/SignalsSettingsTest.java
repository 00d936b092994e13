package dev.rejoinder.signals;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignalsSettingsTest {
    private static SignalsSettings settings(String... keyValues) {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder()
                        .withMapping(SignalsSettings.class)
                        .withConverter(
                                Duration.class,
                                200,
                                new io.quarkus.runtime.configuration.DurationConverter());
        for (int i = 0; i < keyValues.length; i += 2)
            builder.withDefaultValue("rejoinder.signals." + keyValues[i], keyValues[i + 1]);
        SmallRyeConfig config = builder.build();
        return config.getConfigMapping(SignalsSettings.class);
    }

    @Test
    void theDefaultsAreSound() {
        SignalsSettings settings = settings();

        assertThat(SignalsSettings.problems(settings)).isEmpty();
        assertThat(settings.precision()).isEqualTo(0.8);
        assertThat(settings.retention()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.head()).isEmpty();
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThat(
                        SignalsSettings.problems(
                                settings(
                                        "precision",
                                        "1",
                                        "batch",
                                        "0",
                                        "most-turns",
                                        "0",
                                        "retention",
                                        "0s")))
                .hasSize(4)
                .allMatch(p -> p.startsWith("rejoinder.signals."));
    }
}
