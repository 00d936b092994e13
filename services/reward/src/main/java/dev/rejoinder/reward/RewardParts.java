package dev.rejoinder.reward;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.reward.flr.FlrScorer;
import dev.rejoinder.reward.flr.FollowUpScorer;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes beans of the plain classes. */
@Singleton
final class RewardParts {
    @Produces
    @Singleton
    FlrScorer flr(LanguageModel model, RewardSettings settings) {
        return new FlrScorer(model, null, settings.limit());
    }

    @Produces
    @Singleton
    FollowUpScorer followUps(LanguageModel model) {
        return new FollowUpScorer(model);
    }

    @Produces
    @Singleton
    RewardMetrics metrics(MeterRegistry registry) {
        return new RewardMetrics(registry);
    }
}
