package dev.rejoinder.lm.read.dequant;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Expected values are computed by hand from ggml's block layouts. */
class DequantizerTest {
    private static final short HALF_0_5 = 0x3800;
    private static final short HALF_2 = 0x4000;
    private static final short HALF_MINUS_1 = (short) 0xBC00;

    @Test
    void singlePrecisionIsTakenAsItIs() {
        byte[] bytes = little(8).putFloat(1.5f).putFloat(-3e-20f).array();

        assertThat(decode(new F32(), bytes, 2)).containsExactly(1.5f, -3e-20f);
    }

    /** 0x3C01 = 1 + 2^-10; 0x0001 = 2^-24, the smallest subnormal; 0xC900 = -10. */
    @Test
    void halfPrecisionKeepsSubnormals() {
        byte[] bytes =
                little(6)
                        .putShort((short) 0x3C01)
                        .putShort((short) 1)
                        .putShort((short) 0xC900)
                        .array();

        assertThat(decode(new F16(), bytes, 3)).containsExactly(1.0009765625f, 0x1p-24f, -10f);
    }

    /** 0x3FC0 is the upper half of 0x3FC00000 = 1.5; 0xC049 of 0xC0490000 = -3.140625. */
    @Test
    void brainFloatIsTheUpperHalfOfSinglePrecision() {
        byte[] bytes = little(4).putShort((short) 0x3FC0).putShort((short) 0xC049).array();

        assertThat(decode(new BF16(), bytes, 2)).containsExactly(1.5f, -3.140625f);
    }

    /** Scale 0.5 and bytes -16 to 15: weights -8 to 7.5 in steps of 0.5. */
    @Test
    void eightBitsAreScaledSignedBytes() {
        ByteBuffer block = little(34).putShort(HALF_0_5);
        for (int i = 0; i < 32; i++) block.put((byte) (i - 16));

        float[] weights = decode(new Q8_0(), block.array(), 1);

        for (int i = 0; i < 32; i++) assertThat(weights[i]).isEqualTo((i - 16) * 0.5f);
    }

    /** Scale 2; byte i has low nibble i and high nibble 15 - i; weight = 2 * (nibble - 8). */
    @Test
    void fourBitsAreCentredAtEight() {
        ByteBuffer block = little(18).putShort(HALF_2);
        for (int i = 0; i < 16; i++) block.put((byte) (15 - i << 4 | i));

        float[] weights = decode(new Q4_0(), block.array(), 1);

        for (int i = 0; i < 16; i++) {
            assertThat(weights[i]).isEqualTo(2f * (i - 8));
            assertThat(weights[16 + i]).isEqualTo(2f * (7 - i));
        }
    }

    /** Scale 0.5, minimum -1; byte i has low nibble i and high nibble 15 - i. */
    @Test
    void fourBitsWithMinimumStartAtTheMinimum() {
        ByteBuffer block = little(20).putShort(HALF_0_5).putShort(HALF_MINUS_1);
        for (int i = 0; i < 16; i++) block.put((byte) (15 - i << 4 | i));

        float[] weights = decode(new Q4_1(), block.array(), 1);

        for (int i = 0; i < 16; i++) {
            assertThat(weights[i]).isEqualTo(0.5f * i - 1);
            assertThat(weights[16 + i]).isEqualTo(0.5f * (15 - i) - 1);
        }
    }

    @Test
    void everyBlockHasItsOwnScaleAndWeightsGoWhereTheyAreAsked() {
        ByteBuffer blocks = little(68);
        blocks.putShort(HALF_0_5).put(2, (byte) 4).position(34);
        blocks.putShort(HALF_2).put(36, (byte) 4);
        float[] target = new float[70];

        new Q8_0().dequantize(blocks.array(), 2, target, 5);

        assertThat(target[5]).isEqualTo(2f);
        assertThat(target[37]).isEqualTo(8f);
        assertThat(target[4]).isZero();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static float[] decode(Dequantizer format, byte[] bytes, int blocks) {
        float[] weights = new float[blocks * format.blockWeights()];
        format.dequantize(bytes, blocks, weights, 0);
        return weights;
    }
}
