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

    /**
     * Byte {@code i} of a block is {@code 37 i + 11} modulo 256, its units are 0.5 and 0.25. Weight
     * 0 by hand: bytes 4 to 15 are 159, 196, 233, 14, 51, ..., so scale 0 is 159 & 63 = 31 and
     * minimum 0 is 51 & 63 = 51 (byte 8); byte 16 is 603 mod 256 = 91 with low nibble 11: 0.5 * 31
     * * 11 - 0.25 * 51 = 157.75. The other figures are those of gguf-py 0.19's {@code dequantize}.
     */
    @Test
    void fourBitsWithSixBitScales() {
        float[] weights = decode(new Q4_K(), formula(144, 0, 2), 2);

        assertThat(weights[0]).isEqualTo(157.75f);
        assertThat(weights[31]).isEqualTo(80.25f);
        assertThat(weights[32]).isEqualTo(4f);
        assertThat(weights[160]).isEqualTo(262.5f);
        assertThat(weights[255]).isEqualTo(24.25f);
        assertThat(weightedSum(weights, 0)).isEqualTo(3786420.0);
        assertThat(weightedSum(weights, 256)).isEqualTo(3786420.0);
    }

    /** As above with gguf-py; bit 0 of byte 16, 91, is 1: here byte 48 has the low nibble, 11. */
    @Test
    void fiveBitsWithSixBitScales() {
        float[] weights = decode(new Q5_K(), formula(176, 0, 2), 2);

        assertThat(weights[0]).isEqualTo(405.75f);
        assertThat(weights[127]).isEqualTo(-1.5f);
        assertThat(weights[160]).isEqualTo(82.5f);
        assertThat(weights[255]).isEqualTo(54.25f);
        assertThat(weightedSum(weights, 256)).isEqualTo(8013724.0);
    }

    /**
     * Unit 0.125; byte 0 is 11, byte 128 is 4747 mod 256 = 139 with low bits 3, byte 192 is 7115
     * mod 256 = 203 = -53: 0.125 * -53 * ((11 | 3 << 4) - 32) = -178.875. Others by gguf-py.
     */
    @Test
    void sixBitsWithSignedScales() {
        float[] weights = decode(new Q6_K(), formula(210, 208), 2);

        assertThat(weights[0]).isEqualTo(-178.875f);
        assertThat(weights[32]).isEqualTo(28.875f);
        assertThat(weights[64]).isEqualTo(-380f);
        assertThat(weights[160]).isEqualTo(83.875f);
        assertThat(weights[255]).isEqualTo(-7.5f);
        assertThat(weightedSum(weights, 256)).isEqualTo(98052.5);
    }

    /** Two equal blocks; the units at these places are 0.5 and 0.25, or 0.125 if there is one. */
    private static byte[] formula(int bytes, int... units) {
        ByteBuffer blocks = little(2 * bytes);
        for (int block = 0; block < 2; block++) {
            for (int i = 0; i < bytes; i++) blocks.put((byte) (37 * i + 11));
            for (int i = 0; i < units.length; i++) {
                float unit = units.length == 1 ? 0.125f : 0.5f / (1 + i);
                blocks.putShort(block * bytes + units[i], Float.floatToFloat16(unit));
            }
        }
        return blocks.array();
    }

    private static double weightedSum(float[] weights, int from) {
        double sum = 0;
        for (int i = 0; i < 256; i++) sum += (i + 1.0) * weights[from + i];
        return sum;
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
