package dev.rejoinder.trainer.run.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.proto.trainer.v1.RunState;
import dev.rejoinder.trainer.loss.Preference;
import dev.rejoinder.trainer.run.Hyperparameters;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.Runs;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunMessagesTest {
    static Stream<Run> everyState() {
        Run.Queued queued = Runs.queued("r", Runs.NOW, 8);
        return Stream.of(
                queued,
                Runs.training("r"),
                Runs.evaluating("r"),
                Runs.registered("r", Runs.NOW),
                Runs.refused("r", Runs.NOW),
                queued.fail("out of disk", Runs.NOW));
    }

    @ParameterizedTest
    @MethodSource("everyState")
    void aRunComesBackAsItWas(Run run) {
        assertThat(RunMessages.run(RunMessages.message(run))).isEqualTo(run);
        assertThat(RunMessages.message(run).getState())
                .isEqualTo(RunState.valueOf("RUN_STATE_" + run.state()));
    }

    @Test
    void theSameStateAndStepGiveTheSameEventId() {
        Run run = Runs.evaluating("r");

        assertThat(RunMessages.event(run)).isEqualTo(RunMessages.event(run));
        assertThat(RunMessages.event(Runs.training("r")).getEventId())
                .isNotEqualTo(RunMessages.event(run).getEventId());
    }

    @Test
    void whatACallerLeavesOutKeepsItsDefaultAndZeroIsAValueWhereItMeansSomething() {
        var overrides =
                dev.rejoinder.proto.trainer.v1.Hyperparameters.newBuilder()
                        .setEpochs(5)
                        .setNllWeight(0)
                        .addTargets("q_proj")
                        .build();

        Hyperparameters merged = HyperparameterMessages.over(Runs.hyperparameters(), overrides);

        assertThat(merged.epochs()).isEqualTo(5);
        assertThat(merged.preference()).isEqualTo(new Preference.Dpo(0.1, 0));
        assertThat(merged.adapter().targets()).containsExactly("q_proj");
        assertThat(merged.optimiser()).isEqualTo(Runs.hyperparameters().optimiser());
    }

    @Test
    void whoAsksForPassesGetsThatManyAndNoMore() {
        var asked = dev.rejoinder.proto.trainer.v1.Hyperparameters.newBuilder();
        Hyperparameters configured =
                HyperparameterMessages.over(
                        Runs.hyperparameters(), asked.clone().setMinSteps(100).build());

        assertThat(configured.minSteps()).isEqualTo(100);
        assertThat(HyperparameterMessages.over(configured, asked.clone().setEpochs(2).build()))
                .isEqualTo(Runs.hyperparameters());
    }

    @Test
    void aValueOutsideItsLimitsIsTheCallersFault() {
        var overrides =
                dev.rejoinder.proto.trainer.v1.Hyperparameters.newBuilder()
                        .setLoss("magic")
                        .build();

        assertThatThrownBy(() -> HyperparameterMessages.over(Runs.hyperparameters(), overrides))
                .isInstanceOf(dev.rejoinder.kernel.error.Refusal.class)
                .hasMessageContaining("loss of \"magic\" is unknown; use \"dpo\" or \"sft\"");
    }
}
