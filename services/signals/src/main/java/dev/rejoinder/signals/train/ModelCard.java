package dev.rejoinder.signals.train;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.signals.detect.Head;
import dev.rejoinder.signals.detect.RuleDetector;
import dev.rejoinder.signals.detect.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a head is, what it was fitted on and how well it reads, as Markdown. */
final class ModelCard {
    private final StringBuilder text = new StringBuilder();

    /** A line of the table of figures. */
    record Line(String label, String reader, String source, Figures figures) {}

    private ModelCard() {}

    static String of(
            Head head,
            LanguageModel.ModelInfo base,
            List<LabelledFollowUp> data,
            List<Line> figures,
            double precision) {
        ModelCard card = new ModelCard();
        card.add("# %s%n", head.name());
        card.about(head, base, data);
        card.verdicts(head, precision);
        card.figures(figures);
        return card.text.toString();
    }

    private void about(Head head, LanguageModel.ModelInfo base, List<LabelledFollowUp> data) {
        add(
                "Logistic regressions on hidden states of a frozen base model: what a follow-up says of the reply before it"
                        + " (rubric of WildFeedback, arXiv 2408.15549).%n");
        add("- base: %s, SHA-256 `%s`, %d wide", base.name(), base.digest(), base.hidden());
        add(
                "- layers %s, each over the follow-up, after it, and at the end of \"The user is now\"; two log-probabilities; the words' own signs",
                head.layers());
        add(
                "- %d outputs of %d weights, float16; standardisation and Platt scaling are folded in",
                head.outputs().size(), head.outputs().getFirst().weights().length);
        add("- labels by a language model under a rubric, not by people; guesses count less");
        add(
                "- fitted on every follow-up below; `./rejoinder train signals --data DIR --version %s` does it again%n",
                head.name().substring(head.name().lastIndexOf('/') + 1));
        add("| data | follow-ups | conversations | sat | dsat |%n|---|---|---|---|---|");
        for (String source : sources(data)) {
            List<LabelledFollowUp> rows =
                    data.stream().filter(r -> r.source().equals(source)).toList();
            add(
                    "| %s | %d | %d | %d | %d |",
                    source,
                    rows.size(),
                    rows.stream().map(LabelledFollowUp::group).distinct().count(),
                    rows.stream().filter(LabelledFollowUp::sat).count(),
                    rows.stream().filter(LabelledFollowUp::dsat).count());
        }
        add("");
    }

    private void verdicts(Head head, double precision) {
        add("Verdicts for a precision of %.2f, out of fold:%n", precision);
        add("| label | YES from | precision | recall | NO below |%n|---|---|---|---|---|");
        for (String label : List.of(Head.SAT, Head.DSAT)) {
            Thresholds t = Thresholds.choose(head.output(label).curve(), precision);
            add(
                    "| %s | %.2f | %.2f | %.2f | %.2f |",
                    label, t.yesFrom(), t.yesPrecision(), t.yesRecall(), t.noBelow());
        }
        add("");
    }

    private void figures(List<Line> lines) {
        add(
                "Five folds by conversation; kappa, precision and recall at the threshold with the best kappa (%s: where a rule matches):%n",
                RuleDetector.NAME);
        add(
                "| label | reader | data | count | true | kappa | precision | recall | AUC | ECE |%n|---|---|---|---|---|---|---|---|---|---|");
        for (Line l : lines) {
            Figures f = l.figures();
            add(
                    "| %s | %s | %s | %d | %d | %.3f | %.2f | %.2f | %.3f | %.3f |",
                    l.label(),
                    l.reader(),
                    l.source(),
                    f.count(),
                    f.positives(),
                    f.kappa(),
                    f.precision(),
                    f.recall(),
                    f.auc(),
                    f.calibrationError());
        }
    }

    private static List<String> sources(List<LabelledFollowUp> data) {
        return new ArrayList<>(
                data.stream().map(LabelledFollowUp::source).distinct().sorted().toList());
    }

    private void add(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
