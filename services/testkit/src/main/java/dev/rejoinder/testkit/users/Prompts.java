package dev.rejoinder.testkit.users;

import java.util.List;

/** Everyday questions of our own. No subject stands in two of the lists. */
public enum Prompts {
    /** What users ask while the platform learns. */
    TRAINING("prompts-training.txt"),
    /** Only ever asked to see what was learned. */
    HELD_OUT("prompts-held-out.txt"),
    /** What users ask while an adapter is rolled out. */
    LIVE("prompts-live.txt");

    private final List<String> questions;

    Prompts(String file) {
        this.questions = TextFile.sections(file).get(TextFile.TOP);
    }

    public List<String> questions() {
        return questions;
    }
}
