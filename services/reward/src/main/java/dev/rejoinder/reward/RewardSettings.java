package dev.rejoinder.reward;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.ArrayList;
import java.util.List;

/** Which replies are scored, and how. */
@ConfigMapping(prefix = "rejoinder.reward")
public interface RewardSettings {
    /** Share of recorded turns whose replies are scored, by turn id; 0 for none, 1 for all. */
    @WithDefault("1.0")
    double share();

    /** Most turns scored together. */
    @WithDefault("16")
    int batch();

    /** Most tokens of prompt, reply and follow-up in FLR; older messages are left out. */
    @WithDefault("2048")
    int limit();

    /** Every problem, in words; empty if all is well. */
    static List<String> problems(RewardSettings s) {
        List<String> problems = new ArrayList<>();
        if (!(s.share() >= 0 && s.share() <= 1))
            problems.add("rejoinder.reward.share of " + s.share() + " is outside 0 to 1");
        if (s.batch() < 1 || s.batch() > 1024)
            problems.add("rejoinder.reward.batch of " + s.batch() + " is outside 1 to 1024");
        if (s.limit() < 64) problems.add("rejoinder.reward.limit of " + s.limit() + " is below 64");
        return problems;
    }
}
