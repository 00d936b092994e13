package dev.rejoinder.signals.detect;

import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

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
        return forModel(model, (Adapter) null, precision);
    }

    /**
     * As above, reading through an adapter. The head was fitted on the base alone: what its model
     * card says of its quality holds for the base.
     */
    public static Detector forModel(
            LanguageModel model, @Nullable Adapter adapter, double precision) {
        return HeadDetector.committed()
                .map(head -> forModel(model, adapter, head, precision))
                .orElseGet(() -> rules(model));
    }

    /**
     * As above, with a head of one's own.
     *
     * @throws UncheckedIOException if the file is no head; names it
     */
    public static Detector forModel(LanguageModel model, Path headFile, double precision) {
        try (InputStream in = Files.newInputStream(headFile)) {
            return forModel(model, null, HeadFile.read(in), precision);
        } catch (IOException e) {
            throw new UncheckedIOException("the head " + headFile + " cannot be read", e);
        }
    }

    private static Detector forModel(
            LanguageModel model, @Nullable Adapter adapter, Head head, double precision) {
        return HeadDetector.fits(head, model)
                ? new HeadDetector(model, adapter, head, precision)
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
