package dev.rejoinder.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.trainer.loss.Preference;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerConfigurationTest {
    private static TrainerConfiguration of(Map<String, String> values) {
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .addDefaultInterceptors()
                        .addSystemSources()
                        .withConverter(Duration.class, 200, new DurationConverter())
                        .withSources(new PropertiesConfigSource(values, "test", 500))
                        .withMapping(TrainerSettings.class)
                        .build();
        return TrainerConfiguration.of(config.getConfigMapping(TrainerSettings.class), 2048);
    }

    @Test
    void theDefaultsAreTheMeasuredOnes() {
        TrainerConfiguration defaults = of(Map.of());

        assertThat(defaults.hyperparameters().preference()).isEqualTo(new Preference.Dpo(0.2, 1));
        assertThat(defaults.hyperparameters().optimiser().schedule().peak()).isEqualTo(1e-4);
        assertThat(defaults.hyperparameters().epochs()).isEqualTo(3);
        assertThat(defaults.hyperparameters().batchSize()).isEqualTo(4);
        assertThat(defaults.hyperparameters().adapter().rank()).isEqualTo(8);
        assertThat(defaults.trigger()).isPresent();
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThatThrownBy(() ->
                        of(
                                Map.of(
                                        "rejoinder.trainer.learning.loss", "magic",
                                        "rejoinder.trainer.learning.learning-rate", "7",
                                        "rejoinder.trainer.gate.min-diversity-ratio", "2",
                                        "rejoinder.trainer.trigger.min-new-pairs", "0",
                                        "rejoinder.trainer.run.report-every-steps", "0")))
                .hasMessageContaining("loss of \"magic\"")
                .hasMessageContaining("learning_rate of 7.0")
                .hasMessageContaining("min-diversity-ratio of 2.0")
                .hasMessageContaining("min-new-pairs of 0")
                .hasMessageContaining("report-every-steps of 0");
    }

    @Test
    void withoutATriggerRunsBeginByCommandAlone() {
        assertThat(of(Map.of("rejoinder.trainer.trigger.enabled", "false")).trigger()).isEmpty();
    }
}
