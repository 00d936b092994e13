package dev.rejoinder.preferences;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckedSettingsTest {
    private static CheckedSettings settings(Map<String, String> values) {
        return CheckedSettings.of(
                new SmallRyeConfigBuilder()
                        .addDiscoveredConverters()
                        .withMapping(PreferencesSettings.class)
                        .withDefaultValues(values)
                        .build()
                        .getConfigMapping(PreferencesSettings.class));
    }

    @Test
    void theDefaultsAreInTheirRanges() {
        CheckedSettings settings = settings(Map.of());

        assertThat(settings.rules().onPolicy().samples()).isEqualTo(5);
        assertThat(settings.rules().onPolicy().keep()).isEqualTo(4);
        assertThat(settings.calls().temperature()).isEqualTo(0.7);
    }

    @Test
    void everyFaultIsNamedAtOnceWithValueAndLimit() {
        Map<String, String> wrong =
                Map.of(
                        "rejoinder.preferences.batch-size", "0",
                        "rejoinder.preferences.on-policy.samples", "17",
                        "rejoinder.preferences.best-of-n.share", "1.5",
                        "rejoinder.preferences.calls.concurrency", "0");

        assertThatThrownBy(() -> settings(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch-size of 0 is not in 1 to 256")
                .hasMessageContaining("on-policy.samples of 17 is not in 0 to 16")
                .hasMessageContaining("best-of-n.share of 1.5 is not in 0 to 1")
                .hasMessageContaining("calls.concurrency of 0 is not in 1 to 256");
    }
}
