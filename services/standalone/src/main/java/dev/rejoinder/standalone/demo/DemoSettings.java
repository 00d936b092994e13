package dev.rejoinder.standalone.demo;

import dev.rejoinder.testkit.users.Preference;
import java.nio.file.Path;

/**
 * What a demo runs.
 *
 * @param preference what the users would like, and tell nobody
 * @param seed of users, questions, wording and sampling
 * @param conversations while the platform learns, 1 to 60
 * @param model name, path or URL
 * @param out where the report goes
 */
public record DemoSettings(
        Preference preference, long seed, int conversations, String model, Path out) {
    public static final int MOST_CONVERSATIONS = 60;

    public DemoSettings {
        if (conversations < 1 || conversations > MOST_CONVERSATIONS)
            throw new IllegalArgumentException(
                    "conversations of %d are outside 1 to %d"
                            .formatted(conversations, MOST_CONVERSATIONS));
        out = out.toAbsolutePath().normalize();
    }
}
