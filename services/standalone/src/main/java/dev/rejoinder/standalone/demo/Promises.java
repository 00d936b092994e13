package dev.rejoinder.standalone.demo;

import dev.rejoinder.standalone.demo.DemoReport.Line;
import dev.rejoinder.testkit.users.Preference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the demo promises, each with its measured value. */
final class Promises {
    private static final double BRIEF_BEFORE = 0.05;
    private static final double BRIEF_AFTER = 0.90;

    /** A gain nobody would put down to chance on 50 questions. */
    private static final double CLEAR_GAIN = 0.20;

    private static final double PERPLEXITY_RATIO = 1.03;
    private static final double BASE_LOG_PROB = -1.2;
    private static final double SHARED_WORD = 0.80;
    private static final double MINUTES = 15;

    private final DemoSettings settings;
    private final DemoReport.Traffic traffic;
    private final Duration took;
    private final boolean promoted;
    private final List<Line> lines = new ArrayList<>();

    Promises(DemoSettings settings, DemoReport.Traffic traffic, Duration took, boolean promoted) {
        this.settings = settings;
        this.traffic = traffic;
        this.took = took;
        this.promoted = promoted;
    }

    List<Line> lines(
            ReplyQuality before, Optional<ReplyQuality> after, Optional<ModelQuality> model) {
        preference(before, after);
        check("an adapter was promoted by the evidence", promoted ? "yes" : "no", "yes", promoted);
        model.ifPresent(this::model);
        after.ifPresent(this::replies);
        check(
                "conversations learned from",
                String.valueOf(traffic.conversations()),
                "at most " + DemoSettings.MOST_CONVERSATIONS,
                traffic.conversations() <= DemoSettings.MOST_CONVERSATIONS);
        serving();
        double minutes = took.toMillis() / 60_000.0;
        check(
                "minutes, model on disk",
                "%.1f".formatted(minutes),
                "at most %.0f".formatted(MINUTES),
                minutes <= MINUTES);
        return List.copyOf(lines);
    }

    private void preference(ReplyQuality before, Optional<ReplyQuality> after) {
        boolean brief = settings.preference() == Preference.BRIEF;
        String what = settings.preference().meaning();
        if (brief)
            check(
                    what + ", before",
                    percent(before.met()),
                    "under 5 %",
                    before.met() < BRIEF_BEFORE);
        else tell(what + ", before", percent(before.met()));
        double now = after.map(ReplyQuality::met).orElse(0.0);
        if (brief) check(what + ", after", percent(now), "at least 90 %", now >= BRIEF_AFTER);
        else
            check(
                    what + ", after",
                    percent(now),
                    "at least %s".formatted(percent(before.met() + CLEAR_GAIN)),
                    now >= before.met() + CLEAR_GAIN);
        after.ifPresent(a ->
                tell(
                        "words a reply, before and after",
                        "%.0f, %.0f".formatted(before.meanWords(), a.meanWords())));
    }

    private void model(ModelQuality m) {
        check(
                "perplexity of a fixed text, over the base's",
                "%.4f".formatted(m.perplexityRatio()),
                "at most 1.03",
                m.perplexityRatio() <= PERPLEXITY_RATIO);
        check(
                "the base's mean log-prob per token of the new replies",
                "%.2f".formatted(m.baseLogProbAfter()),
                "at least -1.2",
                m.baseLogProbAfter() >= BASE_LOG_PROB);
        tell("the same of the base's own replies", "%.2f".formatted(m.baseLogProbBefore()));
    }

    private void replies(ReplyQuality after) {
        check(
                "replies that share a content word with the prompt",
                percent(after.sharedWord()),
                "at least 80 %",
                after.sharedWord() >= SHARED_WORD);
        check("empty replies", String.valueOf(after.empty()), "0", after.empty() == 0);
        check(
                "replies given to two prompts",
                String.valueOf(after.repeated()),
                "0",
                after.repeated() == 0);
    }

    private void serving() {
        check(
                "turns answered = turns recorded",
                traffic.answered() + " = " + traffic.recorded(),
                "equal",
                traffic.answered() == traffic.recorded());
        check("refused requests", String.valueOf(traffic.refused()), "0", traffic.refused() == 0);
        check(
                "replies without a model version",
                String.valueOf(traffic.withoutVersion()),
                "0",
                traffic.withoutVersion() == 0);
        tell("replies under way while versions changed", String.valueOf(traffic.acrossSwaps()));
    }

    private void check(String what, String value, String wanted, boolean passed) {
        lines.add(new Line(what, value, wanted, Optional.of(passed)));
    }

    private void tell(String what, String value) {
        lines.add(new Line(what, value, "", Optional.empty()));
    }

    private static String percent(double share) {
        return "%.0f %%".formatted(100 * share);
    }
}
