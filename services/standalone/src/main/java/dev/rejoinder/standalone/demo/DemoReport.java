package dev.rejoinder.standalone.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rejoinder.proto.trainer.v1.GateCheck;
import dev.rejoinder.proto.trainer.v1.StepMetrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a demo found; {@code report.json} is this record.
 *
 * @param finishedAt ISO-8601
 * @param stageSeconds how long each stage took, in order
 * @param lines what was promised, measured
 */
public record DemoReport(
        Setting setting,
        String finishedAt,
        Map<String, Double> stageSeconds,
        List<Line> lines,
        ReplyQuality before,
        Optional<ReplyQuality> after,
        Optional<ModelQuality> model,
        SignalQuality signals,
        Pairs pairs,
        Optional<Training> training,
        Rollout rollout,
        Traffic traffic,
        List<Interaction> interactions,
        List<Sample> samples) {

    /** What was run. */
    public record Setting(
            String preference, String meaning, long seed, int conversations, String model) {}

    /**
     * One promise.
     *
     * @param wanted the limit in words
     * @param passed empty where nothing was promised: told for information
     */
    public record Line(String what, String value, String wanted, Optional<Boolean> passed) {}

    public record Pairs(Map<String, Long> byOrigin, Map<String, Integer> dropped) {}

    /**
     * @param reason why nothing was registered; empty if something was
     */
    public record Training(
            String runId,
            String state,
            String reason,
            Dataset dataset,
            int steps,
            double seconds,
            List<Step> curve,
            List<Gate> gate) {}

    /**
     * @param pairs trained on
     * @param heldOut for the gate
     * @param unsatisfying left out, as the chosen reply is too much like what users complained
     *     about
     * @param satisfactionAuc how well that is told of users not seen before; 0 where it was not
     *     tried
     */
    public record Dataset(int pairs, int heldOut, int unsatisfying, double satisfactionAuc) {
        static Dataset of(dev.rejoinder.proto.trainer.v1.Dataset d) {
            return new Dataset(
                    d.getPairs(), d.getHeldOut(), d.getUnsatisfying(), d.getSatisfactionAuc());
        }
    }

    public record Step(int step, double loss, double accuracy, double margin) {
        static Step of(StepMetrics m) {
            return new Step(m.getStep(), m.getLoss(), m.getAccuracy(), m.getMargin());
        }
    }

    public record Gate(
            String name,
            double value,
            double limit,
            boolean atLeast,
            boolean passed,
            String meaning) {
        static Gate of(GateCheck c) {
            return new Gate(
                    c.getName(),
                    c.getValue(),
                    c.getLimit(),
                    c.getAtLeast(),
                    c.getPassed(),
                    c.getMeaning());
        }
    }

    /**
     * How the adapter was rolled out.
     *
     * @param changes routing tables in order
     * @param stages of every version, in order
     * @param evidence what users said during the canary, in words; empty where there was none
     */
    public record Rollout(
            String promotedVersion,
            List<Change> changes,
            List<StageChange> stages,
            String evidence) {}

    /**
     * A version's way.
     *
     * @param second since the demo's platform was up; 0 for what came before
     */
    public record StageChange(double second, String version, String stage, String reason) {}

    /**
     * @param second since the demo's platform was up; 0 for what came before
     * @param shares by version
     */
    public record Change(double second, Map<String, Double> shares, String reason) {}

    /**
     * Counts of the demo's own clients beside the event log's.
     *
     * @param firstRefusal status and words of the first refused request; null if none was
     */
    public record Traffic(
            int answered,
            int recorded,
            int refused,
            @Nullable String firstRefusal,
            int withoutVersion,
            int conversations,
            int acrossSwaps) {}

    /**
     * One reply that a user judged.
     *
     * @param second since the demo's platform was up
     */
    public record Interaction(double second, String phase, String version, boolean met) {}

    public record Sample(
            String prompt, String before, String after, boolean beforeMet, boolean afterMet) {}

    /** Whether every promise was kept. */
    @JsonProperty
    public boolean passed() {
        return lines.stream().allMatch(l -> l.passed().orElse(true));
    }
}
