package dev.rejoinder.trainer.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rejoinder.lm.adapter.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link LocalRun} did so far, as it lies beside its adapter in {@value #FILE}.
 *
 * @param run its id: other pairs, another base or other hyperparameters give another
 * @param baseModel its name
 * @param baseDigest SHA-256 of its weights, lower-case hex
 * @param pairs trained on
 * @param resumes how often it went on after it had been stopped
 * @param finished whether the adapter is there
 * @param adapterDigest SHA-256 of the adapter's weights; empty until it is there
 * @param steps the curve, thinned where it is long
 */
public record LocalReport(
        String run,
        String baseModel,
        String baseDigest,
        int pairs,
        int totalSteps,
        int resumes,
        boolean finished,
        String adapterDigest,
        LearningFacts learning,
        List<Curve.Step> steps) {
    public static final String FILE = "metrics.json";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();

    public LocalReport {
        steps = List.copyOf(steps);
    }

    LocalReport resumedAt(int step) {
        return with(resumes + 1, false, "", new Curve(steps).upTo(step));
    }

    LocalReport with(Curve.Step step) {
        return with(resumes, false, "", new Curve(steps).with(step));
    }

    LocalReport finish(String digest) {
        return with(resumes, true, digest, new Curve(steps));
    }

    private LocalReport with(int resumes, boolean finished, String digest, Curve curve) {
        return new LocalReport(
                run,
                baseModel,
                baseDigest,
                pairs,
                totalSteps,
                resumes,
                finished,
                digest,
                learning,
                curve.steps());
    }

    /**
     * The report of a folder, if there is one.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    static Optional<LocalReport> read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) return Optional.empty();
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), LocalReport.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + " is no report of a training; name another folder with --out", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read; check its rights", e);
        }
    }

    void write(Path folder) {
        try {
            String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
            AtomicFile.write(folder.resolve(FILE), text.getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report is texts and numbers", e);
        }
    }
}
