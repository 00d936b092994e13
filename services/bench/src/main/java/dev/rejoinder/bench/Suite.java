package dev.rejoinder.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A group of figures that can be asked for alone. */
public enum Suite {
    /** Reading prompts and decoding. */
    LM,
    /** Log-probabilities of follow-ups. */
    SCORING,
    /** Steps of LoRA-DPO. */
    TRAINING,
    /** Chats in the inference service's scheduler. */
    SERVING,
    /** Start and memory of a whole platform. */
    PLATFORM;

    /** As it is written on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it works on a model loaded in this process. */
    boolean needsModel() {
        return this != PLATFORM;
    }

    /**
     * @throws IllegalArgumentException if there is no such suite; names all
     */
    static Suite of(String label) {
        return Arrays.stream(values())
                .filter(s -> s.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "suite %s is not known; use %s".formatted(label, labels())));
    }

    private static String labels() {
        return Arrays.stream(values()).map(Suite::label).collect(Collectors.joining(", "));
    }
}
