package dev.rejoinder.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void theRateRisesLinearlyAndStays() {
        Schedule schedule = new Schedule(1e-4, 0.4, Schedule.Shape.CONSTANT);

        assertThat(schedule.at(0, 10)).isEqualTo(0.25e-4, within(1e-12));
        assertThat(schedule.at(1, 10)).isEqualTo(0.5e-4, within(1e-12));
        assertThat(schedule.at(3, 10)).isEqualTo(1e-4);
        assertThat(schedule.at(4, 10)).isEqualTo(1e-4);
        assertThat(schedule.at(9, 10)).isEqualTo(1e-4);
    }

    @Test
    void aCosineIsHalfWayDownInTheMiddle() {
        Schedule schedule = new Schedule(1e-4, 0, Schedule.Shape.COSINE);

        assertThat(schedule.at(0, 10)).isEqualTo(1e-4, within(1e-12));
        assertThat(schedule.at(5, 10)).isEqualTo(0.5e-4, within(1e-12));
        assertThat(schedule.at(9, 10)).isBetween(0.0, 0.1e-4);
    }

    @Test
    void aLearningRateOfOneHundredIsRefused() {
        assertThatThrownBy(() -> new Schedule(100, 0, Schedule.Shape.CONSTANT))
                .hasMessageContaining("learning_rate of 100.0 is outside");
    }
}
