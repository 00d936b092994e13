package dev.rejoinder.lm.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What is done to a vector of floats, to the same bits whether interpreted or compiled. */
final class Lanes {
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    static final int COUNT = F.length();
    private static final float LOG2_E = 1.44269504f;

    /** 2 to this is the least normal float. */
    private static final float LEAST_POWER = -126;

    /** 1.5 * 2^23: added to a small number it leaves the nearest whole one in the last bits. */
    private static final float ROUNDING = 12_582_912f;

    private static final int MANTISSA = 23;

    /** ln(2)^n / n!, what is left out at most 1e-7. */
    private static final float POLYNOMIAL_1 = 0.693147180559945f;

    private static final float POLYNOMIAL_2 = 0.240226506959101f;
    private static final float POLYNOMIAL_3 = 0.0555041086648216f;
    private static final float POLYNOMIAL_4 = 0.00961812910762848f;
    private static final float POLYNOMIAL_5 = 0.00133335581464284f;
    private static final float POLYNOMIAL_6 = 0.000154035303933816f;

    private Lanes() {}

    /** {@code 1 / (1 + e^-v)}, by powers that are not above 1. */
    static FloatVector sigmoid(FloatVector v) {
        FloatVector power = powerOfTwo(v.abs().mul(-LOG2_E));
        FloatVector above = power.blend(1, v.compare(VectorOperators.GE, 0));
        return above.div(power.add(1));
    }

    static FloatVector exponential(FloatVector v, float most, float factor) {
        return powerOfTwo(v.sub(most).mul(factor * LOG2_E));
    }

    /**
     * 2^x to 2e-7 of itself, 0 below -126; for numbers that are not above 0. By a polynomial, in
     * the same steps whether interpreted or compiled, so that the same pass gives the same bits
     * again.
     */
    static FloatVector powerOfTwo(FloatVector x) {
        FloatVector shifted = x.add(ROUNDING);
        FloatVector rest = x.sub(shifted.sub(ROUNDING));
        FloatVector p = FloatVector.broadcast(F, POLYNOMIAL_6);
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_5));
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_4));
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_3));
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_2));
        p = p.fma(rest, FloatVector.broadcast(F, POLYNOMIAL_1));
        p = p.fma(rest, FloatVector.broadcast(F, 1));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA);
        FloatVector power = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
        return power.blend(0, x.compare(VectorOperators.LT, LEAST_POWER));
    }

    /**
     * Without the care for signed zeros that makes {@code max} slow; what is no number is not
     * larger.
     */
    static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    static float largest(FloatVector v) {
        float most = Float.NEGATIVE_INFINITY;
        for (float lane : v.toArray()) if (lane > most) most = lane;
        return most;
    }

    /** In the order of the lanes, which a reduction leaves to the compiler. */
    static float sum(FloatVector v) {
        float sum = 0;
        for (float lane : v.toArray()) sum += lane;
        return sum;
    }
}
