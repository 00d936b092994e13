package dev.rejoinder.preferences;

import dev.rejoinder.preferences.mining.Rules;
import dev.rejoinder.preferences.mining.grpc.CallSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The settings as the domain's own values, every one of them in its range. */
record CheckedSettings(int batchSize, Rules rules, CallSettings calls) {
    private static final int LARGEST_BATCH = 256;

    /**
     * @throws IllegalArgumentException naming every value that is out of its range
     */
    static CheckedSettings of(PreferencesSettings settings) {
        List<String> faults = new ArrayList<>();
        int batchSize = settings.batchSize();
        if (batchSize < 1 || batchSize > LARGEST_BATCH)
            faults.add(
                    "rejoinder.preferences.batch-size of %d is not in 1 to %d"
                            .formatted(batchSize, LARGEST_BATCH));
        List<Rules> rules = built(faults, () -> rules(settings));
        List<CallSettings> calls = built(faults, () -> calls(settings.calls()));
        if (!faults.isEmpty()) throw new IllegalArgumentException(String.join("\n", faults));
        return new CheckedSettings(batchSize, rules.getFirst(), calls.getFirst());
    }

    /** One value, or none and its faults. */
    private static <T> List<T> built(List<String> faults, Supplier<T> value) {
        try {
            return List.of(value.get());
        } catch (IllegalArgumentException e) {
            faults.add(e.getMessage());
            return List.of();
        }
    }

    private static Rules rules(PreferencesSettings settings) {
        PreferencesSettings.OnPolicy onPolicy = settings.onPolicy();
        PreferencesSettings.BestOfN best = settings.bestOfN();
        PreferencesSettings.Curation curation = settings.curation();
        return new Rules(
                new Rules.OnPolicy(
                        onPolicy.samples(),
                        onPolicy.toldBySystem(),
                        onPolicy.maxTokens(),
                        onPolicy.keep()),
                new Rules.BestOfN(best.share(), best.samples(), best.maxTokens(), best.margin()),
                new Rules.Curation(
                        curation.margin(),
                        curation.floor(),
                        curation.userCap(),
                        curation.similarity()));
    }

    private static CallSettings calls(PreferencesSettings.Calls calls) {
        return new CallSettings(
                calls.temperature(),
                calls.topP(),
                calls.concurrency(),
                calls.generateTimeout(),
                calls.scoreTimeout());
    }
}
