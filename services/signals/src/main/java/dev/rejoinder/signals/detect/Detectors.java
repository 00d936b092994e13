package dev.rejoinder.signals.detect;

import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which detector reads for a model. */
public final class Detectors {
    private static final Log LOG = Log.of(Detectors.class);

    private Detectors() {}

    /**
     * The committed head where it was trained on this very base, else the rules, and the log says
     * so.
     *
     * @param precision share of YES verdicts that shall be right, in (0, 1)
     */
    public static Detector forModel(LanguageModel model, double precision) {
        return HeadDetector.committed()
                .map(head -> forModel(model, head, precision))
                .orElseGet(() -> rules(model));
    }

    /**
     * As above, with a head of one's own.
     *
     * @throws UncheckedIOException if the file is no head; names it
     */
    public static Detector forModel(LanguageModel model, Path headFile, double precision) {
        try (InputStream in = Files.newInputStream(headFile)) {
            return forModel(model, HeadFile.read(in), precision);
        } catch (IOException e) {
            throw new UncheckedIOException("the head " + headFile + " cannot be read", e);
        }
    }

    private static Detector forModel(LanguageModel model, Head head, double precision) {
        return HeadDetector.fits(head, model)
                ? new HeadDetector(model, head, precision)
                : rules(model);
    }

    private static Detector rules(LanguageModel model) {
        LOG.warn(
                "follow-ups are read by rules alone: no head was trained on this base model;"
                        + " ./rejoinder train signals makes one",
                "modelId",
                model.info().name());
        return new RuleDetector();
    }
}
