package dev.rejoinder.trainer.run;

import static dev.rejoinder.trainer.run.Runs.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RunTest {
    @Test
    void aRunThatMadeHalfItsStepsCannotBeEvaluated() {
        Run.Training half = Runs.training("r").with(new Curve.Step(1, 1, 1, 1, 1, 1), NOW);

        assertThatThrownBy(() -> half.evaluate(NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("made 1 of 4 steps");
    }

    @Test
    void anAdapterThatFailedItsGateCannotBeRegistered() {
        assertThatThrownBy(() -> Runs.evaluating("r").register(Runs.verdict(false), "v1", NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not pass its gate");
    }

    @Test
    void aResumeForgetsTheStepsAfterTheCheckpointButNotTheTimeTheyTook() {
        Run.Training going = Runs.training("r");
        for (int step = 1; step <= 3; step++)
            going = going.with(new Curve.Step(step, 1, 1, 1, 1, 2), NOW);

        Progress resumed = going.resume(1, NOW).progress();

        assertThat(resumed.step()).isEqualTo(1);
        assertThat(resumed.curve().steps()).hasSize(1);
        assertThat(resumed.trainingSeconds()).isEqualTo(6);
        assertThat(resumed.resumes()).isEqualTo(1);
    }

    @Test
    void theCurveIsBoundedAndKeepsItsNewestStep() {
        Curve curve = Curve.empty();
        for (int step = 1; step <= 10_000; step++)
            curve = curve.with(new Curve.Step(step, 1, 1, 1, step, 1));

        assertThat(curve.steps()).hasSizeLessThanOrEqualTo(Curve.MOST_STEPS);
        assertThat(curve.steps().getLast().step()).isEqualTo(10_000);
        assertThat(curve.largestGradientNorm()).isEqualTo(10_000);
    }
}
