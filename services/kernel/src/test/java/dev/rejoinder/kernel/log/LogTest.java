package dev.rejoinder.kernel.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LogTest {
    @Test
    void aLineSaysWhatAndThenWho() {
        assertThat(Log.line("turn recorded", "turnId", "5f", "count", 2))
                .isEqualTo("turn recorded turnId=5f count=2");
    }

    @Test
    void aKeyOutsideTheDictionaryIsRefusedSoThatNoTextSlipsIntoALog() {
        assertThatThrownBy(() -> Log.line("turn recorded", "prompt", "my secret"))
                .hasMessageContaining("\"prompt\" is not in the log dictionary");
    }

    @Test
    void aValueCannotForgeALineOfTheLog() {
        assertThat(Log.line("refused", "reason", "x\nturn recorded turnId=5f"))
                .isEqualTo("refused reason=x turn recorded turnId=5f");
    }
}
