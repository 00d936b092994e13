package dev.rejoinder.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DpoLossTest {
    private static final DpoLoss DPO = new DpoLoss(0.1);

    private static PairLogProbs pair(double pw, double pl, double rw, double rl) {
        return new PairLogProbs(pw, pl, new PairLogProbs.Reference(rw, rl));
    }

    @Test
    void aPolicyThatIsTheReferenceLosesTheLogarithmOfTwo() {
        assertThat(DPO.of(pair(-7, -3, -7, -3))).isEqualTo(Math.log(2), within(1e-12));
    }

    @Test
    void theEquationByHand() {
        // r_w = -4 + 6 = 2, r_l = -9 + 8 = -1; 0.1 * 3 = 0.3; -log(1 / (1 + e^-0.3)) = 0.554355...
        PairLogProbs pair = pair(-4, -9, -6, -8);

        assertThat(DPO.margin(pair)).isEqualTo(0.3, within(1e-12));
        assertThat(DPO.of(pair)).isEqualTo(0.5543552444685271, within(1e-12));
        // -0.1 * sigma(-0.3) = -0.1 * 0.425557...
        assertThat(DPO.gradient(pair)).isEqualTo(-0.0425557483188341, within(1e-12));
    }

    @Test
    void preferringTheChosenReplyMoreThanTheReferenceDoesLowersTheLoss() {
        assertThat(DPO.of(pair(-4, -9, -6, -8))).isLessThan(DPO.of(pair(-6, -8, -6, -8)));
    }

    /** Policy and reference log-probabilities as transformers and peft gave them. */
    @Test
    void theLossAgreesWithTheGoldenFiguresOfTransformers() {
        double first = DPO.of(pair(-2.86827, -22.87088, -2.83688, -22.9077));
        double second = DPO.of(pair(-29.91388, -46.22463, -30.01419, -46.32648));

        assertThat(first).isEqualTo(0.69656, within(1e-5));
        assertThat(second).isEqualTo(0.69322, within(1e-5));
        assertThat((first + second) / 2).isEqualTo(0.694894, within(1e-5));
    }

    @Test
    void hopelessAndPerfectPairsStayFinite() {
        assertThat(DPO.of(pair(-50_000, -1, -1, -1))).isEqualTo(4999.9, within(1e-6));
        assertThat(DPO.of(pair(-1, -50_000, -1, -1))).isEqualTo(0, within(1e-12));
        assertThat(DPO.gradient(pair(-50_000, -1, -1, -1))).isEqualTo(-0.1, within(1e-12));
        assertThat(DPO.gradient(pair(-1, -50_000, -1, -1))).isEqualTo(0, within(1e-12));
    }

    @Test
    void aBetaThatHoldsToNothingIsRefused() {
        assertThatThrownBy(() -> new DpoLoss(0)).hasMessageContaining("beta of 0.0 is outside");
    }
}
