package dev.rejoinder.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferenceSettingsTest {
    private static InferenceSettings with(Map<String, String> given) {
        Map<String, String> all = new HashMap<>();
        all.put("rejoinder.inference.spool.folder", "/var/spool");
        given.forEach((key, value) -> all.put("rejoinder.inference." + key, value));
        return new SmallRyeConfigBuilder()
                .withMapping(InferenceSettings.class)
                .withConverter(
                        Duration.class,
                        200,
                        text -> Duration.parse("PT" + text.toUpperCase(java.util.Locale.ROOT)))
                .withSources(new PropertiesConfigSource(all, "test", 1))
                .build()
                .getConfigMapping(InferenceSettings.class);
    }

    @Test
    void theDefaultsAreSoundAndAsDocumented() {
        InferenceSettings settings = with(Map.of());

        settings.check();

        assertThat(settings.maxRunning()).isEqualTo(16);
        assertThat(settings.maxWaiting()).isEqualTo(256);
        assertThat(settings.maxWaitingPerKey()).isEqualTo(128);
        assertThat(settings.shareBy()).isEqualTo(InferenceSettings.ShareBy.USER);
        assertThat(settings.shareWeights()).isEmpty();
        assertThat(settings.spool().maxBytes()).isEqualTo(1L << 30);
        assertThat(settings.spool().folder()).isEqualTo(Path.of("/var/spool"));
        assertThat(settings.trainingConsentDefault()).isTrue();
        assertThat(settings.userHashKey()).isEmpty();
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void everythingThatIsWrongIsNamedAtOnce() {
        InferenceSettings settings =
                with(
                        Map.of(
                                "max-running", "0",
                                "max-waiting", "-1",
                                "max-waiting-per-key", "-2",
                                "share-weights.ada", "0",
                                "default-temperature", "9",
                                "default-top-p", "0",
                                "spool.max-bytes", "0"));

        assertThatThrownBy(settings::check)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max-running of 0")
                .hasMessageContaining("max-waiting of -1")
                .hasMessageContaining("max-waiting-per-key of -2")
                .hasMessageContaining("share-weights of 0.0 is outside 0.01 to 100.0")
                .hasMessageContaining("default-temperature of 9.0")
                .hasMessageContaining("default-top-p of 0.0")
                .hasMessageContaining("spool.max-bytes of 0");
    }
}
