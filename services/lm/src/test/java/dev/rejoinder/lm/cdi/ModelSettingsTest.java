package dev.rejoinder.lm.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.ComputeDevice;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelSettingsTest {
    static ModelSettings with(Map<String, String> given) {
        Map<String, String> all = new HashMap<>();
        given.forEach((key, value) -> all.put("rejoinder.model." + key, value));
        return new SmallRyeConfigBuilder()
                .withMapping(ModelSettings.class)
                .withSources(new PropertiesConfigSource(all, "test", 1))
                .build()
                .getConfigMapping(ModelSettings.class);
    }

    @Test
    void theDefaultsAreTheEnginesOwn() {
        ModelSettings settings = with(Map.of());

        assertThat(settings.options()).isEqualTo(EngineOptions.of(Precision.AUTO));
        assertThat(settings.source()).isEqualTo("SmolLM2-135M-Instruct");
        assertThat(settings.sha256()).isEmpty();
        assertThat(settings.cachedTokens()).isEqualTo(32_768);
        assertThat(settings.prefillTokens()).isEqualTo(512);
    }

    @Test
    void everySettingReachesTheEngine() {
        EngineOptions options =
                with(Map.of(
                                "precision", "bfloat16",
                                "device", "gpu:1",
                                "cached-tokens", "4096",
                                "prefill-tokens", "128",
                                "threads", "3"))
                        .options();

        assertThat(options.precision()).isEqualTo(Precision.BFLOAT16);
        assertThat(options.device()).isEqualTo(new ComputeDevice.Gpu(1));
        assertThat(options.cachedTokens()).isEqualTo(4096);
        assertThat(options.prefillTokens()).isEqualTo(128);
        assertThat(options.threads()).isEqualTo(3);
    }

    @Test
    void everythingThatIsWrongIsNamedAtOnce() {
        ModelSettings settings =
                with(
                        Map.of(
                                "precision", "fp8",
                                "device", "tpu",
                                "sha256", "abc",
                                "cached-tokens", "15",
                                "prefill-tokens", "0",
                                "threads", "-1"));

        assertThatThrownBy(settings::options)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("rejoinder.model: ")
                .hasMessageContaining("precision of \"fp8\" is none of auto, float32")
                .hasMessageContaining("device of \"tpu\" is none of auto, cpu, gpu, gpu:N")
                .hasMessageContaining("sha256 of \"abc\"")
                .hasMessageContaining("cached-tokens of 15 is below 16")
                .hasMessageContaining("prefill-tokens of 0")
                .hasMessageContaining("threads of -1");
    }
}
