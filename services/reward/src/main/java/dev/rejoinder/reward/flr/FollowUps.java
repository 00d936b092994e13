package dev.rejoinder.reward.flr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a satisfied and a dissatisfied user may say next, in words of our own. The wording is part
 * of the scorer: any change gets a new version.
 *
 * @param scorer name and version, such as {@code flr/1}
 * @param sentences all follow-ups, by dimension, the positive ones of a dimension first
 */
record FollowUps(String scorer, List<Sentence> sentences) {
    private static final String RESOURCE = "/dev/rejoinder/reward/flr-1.json";

    /** One follow-up of a dimension. */
    record Sentence(Dimension dimension, boolean positive, String text) {}

    FollowUps {
        sentences = List.copyOf(sentences);
        for (Dimension d : Dimension.values())
            for (boolean positive : new boolean[] {true, false})
                if (sentences.stream()
                        .noneMatch(s -> s.dimension() == d && s.positive() == positive))
                    throw new IllegalArgumentException(
                            scorer + " has no " + (positive ? "positive" : "negative") + " " + d);
    }

    /** The committed wording. */
    static FollowUps committed() {
        try (InputStream in = FollowUps.class.getResourceAsStream(RESOURCE)) {
            if (in == null) throw new IllegalStateException(RESOURCE + " is not in the jar");
            return parse(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }

    private static FollowUps parse(JsonNode root) {
        List<Sentence> sentences = new ArrayList<>();
        for (Dimension d : Dimension.values()) {
            JsonNode sides = root.path("dimensions").path(d.name());
            for (JsonNode text : sides.path("positive"))
                sentences.add(new Sentence(d, true, text.asText()));
            for (JsonNode text : sides.path("negative"))
                sentences.add(new Sentence(d, false, text.asText()));
        }
        return new FollowUps(root.path("scorer").asText(), sentences);
    }

    /**
     * {@code r_d(x, y) = mean s(f+ | x, y) - mean s(f- | x, y)}.
     *
     * @param scores s(f | x, y), one for each sentence
     */
    double reward(Dimension dimension, double[] scores) {
        return mean(dimension, true, scores) - mean(dimension, false, scores);
    }

    private double mean(Dimension dimension, boolean positive, double[] scores) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < scores.length; i++) {
            Sentence s = sentences.get(i);
            if (s.dimension() != dimension || s.positive() != positive) continue;
            sum += scores[i];
            count++;
        }
        return sum / count;
    }
}
