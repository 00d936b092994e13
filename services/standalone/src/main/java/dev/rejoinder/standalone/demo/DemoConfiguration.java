package dev.rejoinder.standalone.demo;

import dev.rejoinder.testkit.users.Preference;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a demo's platform is configured with: ordinary keys, set so that the loop closes within
 * minutes. Nothing here says what the users like.
 */
final class DemoConfiguration {
    private DemoConfiguration() {}

    static Map<String, String> of(DemoSettings settings) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("rejoinder.model.source", settings.model());
        // So that the seed also says whose pairs are held out, and what is sampled while mining.
        keys.put("rejoinder.inference.user-hash-key", "rejoinder-demo-seed-" + settings.seed());
        // The demo asks for its run as soon as everything said has been worked through; the trigger
        // would take a pause of the mining for the end of it.
        keys.put("rejoinder.trainer.trigger.min-new-pairs", "40");
        keys.put("rejoinder.trainer.trigger.quiet", "90s");
        // What a small dataset needs; where the last passes were too many, the gate goes back to an
        // earlier one.
        keys.put("rejoinder.trainer.learning.min-steps", "110");
        keys.put("rejoinder.trainer.learning.learning-rate", "2e-4");
        keys.put("rejoinder.trainer.learning.seed", String.valueOf(settings.seed()));
        // Too few pairs, passed over again and again, are learned by heart: where the probe leaves
        // fewer than these, the likeliest below its line pass too.
        keys.put("rejoinder.trainer.dataset.min-satisfying-pairs", "64");
        // Few users: a missed complaint costs more than a doubtful one, which the follow-up's own
        // likelihood checks once more.
        keys.put("rejoinder.signals.precision", "0.7");
        // Scores for dashboards, and pairs that need no follow-up, wait for a longer life than
        // this.
        keys.put("rejoinder.reward.share", "0.05");
        keys.put("rejoinder.preferences.best-of-n.share", "0.02");
        // Many small replies at once: a wider batch costs a step hardly more.
        keys.put("rejoinder.inference.max-running", "24");
        // A longer sample could not have been the users' reply.
        keys.put("rejoinder.preferences.on-policy.samples", "8");
        keys.put(
                "rejoinder.preferences.on-policy.max-tokens",
                String.valueOf(Preference.MAX_TOKENS));
        // Few complaints: what the trainer's probe of the users' verdicts judges once more may pass
        // on a doubtful margin.
        keys.put("rejoinder.preferences.curation.margin", "-0.05");
        keys.put("rejoinder.preferences.batch-size", "12");
        keys.put("rejoinder.preferences.calls.concurrency", "6");
        // Half of the conversations on the canary: few users have to decide.
        keys.put("rejoinder.registry.canary-share", "0.5");
        // Everything on one machine with the users: the log tells less.
        keys.put("quarkus.log.level", "INFO");
        return keys;
    }
}
