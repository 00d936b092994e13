package dev.rejoinder.standalone.client;

import dev.rejoinder.proto.trainer.v1.GateCheck;
import dev.rejoinder.proto.trainer.v1.Run;
import java.util.List;
import java.util.stream.Collectors;

/** A training run as people read it. */
public final class RunProgress {
    private RunProgress() {}

    /** State, step and last loss. */
    public static String line(Run run) {
        String state = EnumWords.of(run.getState().name(), "RUN_STATE_");
        String loss =
                run.getCurveCount() == 0
                        ? ""
                        : ", loss %.3f".formatted(run.getCurve(run.getCurveCount() - 1).getLoss());
        return "%s, step %d of %d%s".formatted(state, run.getStep(), run.getTotalSteps(), loss);
    }

    /** Whether nothing more will come of it. */
    public static boolean isOver(Run run) {
        return switch (run.getState()) {
            case RUN_STATE_REGISTERED, RUN_STATE_REFUSED, RUN_STATE_FAILED -> true;
            case RUN_STATE_UNSPECIFIED,
                    RUN_STATE_QUEUED,
                    RUN_STATE_PREPARING,
                    RUN_STATE_TRAINING,
                    RUN_STATE_EVALUATING,
                    UNRECOGNIZED ->
                    false;
        };
    }

    /** Why a run that is over has registered nothing; empty if it has. */
    public static String reason(Run run) {
        return switch (run.getState()) {
            case RUN_STATE_REFUSED -> "the gate refused the adapter: " + failures(run);
            case RUN_STATE_FAILED -> run.getMessage();
            default -> "";
        };
    }

    /** Checks that the gate found wanting, each with its value and its limit. */
    private static String failures(Run run) {
        List<GateCheck> failed =
                run.getGate().getChecksList().stream().filter(c -> !c.getPassed()).toList();
        return failed.stream()
                .map(c ->
                        "%s %.4g, %s %.4g"
                                .formatted(
                                        c.getName(),
                                        c.getValue(),
                                        c.getAtLeast() ? "at least" : "at most",
                                        c.getLimit()))
                .collect(Collectors.joining("; "));
    }
}
