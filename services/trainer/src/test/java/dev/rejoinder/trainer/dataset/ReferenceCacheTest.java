package dev.rejoinder.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.trainer.loss.PairLogProbs.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceCacheTest {
    private static final Reference EXACT = new Reference(-12.345678901234567, -1e-17);

    @TempDir Path folder;

    @Test
    void theSameBitsComeBackAfterARestart() {
        new ReferenceCache(folder, "base", "tokenizer").putAll(Map.of("pair", EXACT));

        assertThat(new ReferenceCache(folder, "base", "tokenizer").get("pair")).contains(EXACT);
    }

    @Test
    void anotherBaseOrTokenizerKnowsNothingOfIt() {
        new ReferenceCache(folder, "base", "tokenizer").putAll(Map.of("pair", EXACT));

        assertThat(new ReferenceCache(folder, "other", "tokenizer").get("pair")).isEmpty();
        assertThat(new ReferenceCache(folder, "base", "other").get("pair")).isEmpty();
    }

    @Test
    void aTornLastLineIsForgottenAndDoesNotSpoilTheNext() throws Exception {
        new ReferenceCache(folder, "base", "tokenizer").putAll(Map.of("pair", EXACT));
        Path file = folder.resolve("base-tokenizer.tsv");
        Files.writeString(file, "torn\t-1.2", StandardOpenOption.APPEND);

        ReferenceCache again = new ReferenceCache(folder, "base", "tokenizer");
        again.putAll(Map.of("next", EXACT));

        ReferenceCache last = new ReferenceCache(folder, "base", "tokenizer");
        assertThat(last.get("torn")).isEmpty();
        assertThat(last.get("pair")).contains(EXACT);
        assertThat(last.get("next")).contains(EXACT);
    }
}
