package dev.rejoinder.signals;

import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.signals.detect.Detector;
import dev.rejoinder.signals.detect.Detectors;
import dev.rejoinder.signals.join.jdbc.PostgresTurnStore;
import dev.rejoinder.signals.join.kafka.SignalsHandler;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import javax.sql.DataSource;

/** Makes beans of the plain classes. */
@Singleton
final class SignalsParts {
    /** Name of the PostgreSQL schema and of its migrations' folder. */
    private static final String SCHEMA = "signals";

    @Produces
    @Singleton
    Detector detector(LanguageModel model, SignalsSettings settings) {
        return settings.head()
                .map(file -> Detectors.forModel(model, Path.of(file), settings.precision()))
                .orElseGet(() -> Detectors.forModel(model, settings.precision()));
    }

    @Produces
    @Singleton
    SignalsMetrics metrics(MeterRegistry registry) {
        return new SignalsMetrics(registry);
    }

    @Produces
    @Singleton
    SignalsHandler handler(
            DataSource database,
            Detector detector,
            SignalsSettings settings,
            SignalsMetrics metrics,
            Clock clock) {
        return new SignalsHandler(
                () -> new PostgresTurnStore(Schema.open(database, SCHEMA)),
                detector,
                new SignalsHandler.Bounds(settings.retention(), settings.mostTurns()),
                metrics,
                clock);
    }
}
