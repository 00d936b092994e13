package dev.rejoinder.testkit.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The platform has to learn from what users say; so nothing of what they say may stand in it: not
 * in a rule, not in a prompt, not in a resource.
 */
class WordingIsolationTest {
    /** Shorter sentences ("Go on.") are anybody's. */
    private static final int TELLING_WORDS = 4;

    @Test
    void noSentenceOfTheUsersStandsInAService() throws IOException {
        List<String> sentences = sentences();
        assertThat(sentences).hasSizeGreaterThan(120);
        for (Path file : serviceFiles()) {
            String text =
                    normalised(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            for (String sentence : sentences)
                assertThat(text.contains(sentence))
                        .as("\"%s\" of the simulated users stands in %s", sentence.strip(), file)
                        .isFalse();
        }
    }

    private static List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        List<String> files = new ArrayList<>(List.of("wording-common.txt"));
        for (Preference p : Preference.values()) files.add("wording-" + p.label() + ".txt");
        for (String file : files)
            for (Map.Entry<String, List<String>> section : TextFile.sections(file).entrySet())
                for (String line : section.getValue()) {
                    String sentence = normalised(line.replace("{question}", ""));
                    if (sentence.strip().split(" ").length >= TELLING_WORDS)
                        sentences.add(sentence);
                }
        return sentences;
    }

    /** Sources and resources of everything but the test kit that the users live in. */
    private static List<Path> serviceFiles() throws IOException {
        Path services = Path.of("").toAbsolutePath().getParent();
        try (Stream<Path> files = Files.walk(services)) {
            List<Path> found =
                    files.filter(Files::isRegularFile)
                            .filter(f -> f.toString().contains("/src/main/"))
                            .filter(f -> !f.startsWith(services.resolve("testkit")))
                            .toList();
            assertThat(found).hasSizeGreaterThan(50);
            return found;
        }
    }

    private static String normalised(String text) {
        return " " + text.toLowerCase(Locale.ROOT).replaceAll("[^a-z']+", " ").strip() + " ";
    }
}
