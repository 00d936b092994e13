package dev.rejoinder.inference.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class ShareKeysTest {
    private final UserHash hashes = UserHash.withSecret("0123456789abcdef");
    private final ShareKeys byUser = new ShareKeys(hashes, false);
    private final ShareKeys byApiKey = new ShareKeys(hashes, true);

    @Test
    void aChatCountsForItsUserAndForItsApiKeyWhereNoneIsNamed() {
        String ada = hashes.of("ada");

        assertThat(byUser.of(ada, "Bearer sk-1")).isEqualTo(byUser.of(ada, ""));
        assertThat(byUser.of("", "Bearer sk-1"))
                .isEqualTo(byUser.of("", "bearer  sk-1"))
                .isNotEqualTo(byUser.of("", "Bearer sk-2"))
                .doesNotContain("sk-1");
        assertThat(byUser.of("", "")).isEqualTo(byUser.of("", "Basic YTpi")).isEmpty();
    }

    @Test
    void byApiKeyNoUserThatAClientNamesGivesItAnotherShare() {
        assertThat(byApiKey.of(hashes.of("ada"), "Bearer sk-1"))
                .isEqualTo(byApiKey.of(hashes.of("bob"), "Bearer sk-1"));
        assertThat(byApiKey.of(hashes.of("ada"), ""))
                .isNotEqualTo(byApiKey.of(hashes.of("bob"), ""));
    }

    @Test
    void aUserIsNeverTakenForAnApiKeyOfTheSameName() {
        assertThat(byUser.of(hashes.of("same"), "")).isNotEqualTo(byUser.of("", "Bearer same"));
    }

    @Test
    void weightsGoByTheNameOfAUserOrByApiKey() {
        ToDoubleFunction<String> weights = byUser.weights(Map.of("ada", 2.0, "sk-1", 3.0));

        assertThat(weights.applyAsDouble(byUser.of(hashes.of("ada"), ""))).isEqualTo(2);
        assertThat(weights.applyAsDouble(byUser.of("", "Bearer sk-1"))).isEqualTo(3);
        assertThat(weights.applyAsDouble(ShareKeys.NOBODY)).isEqualTo(1);
    }
}
