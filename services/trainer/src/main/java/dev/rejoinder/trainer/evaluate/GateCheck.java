package dev.rejoinder.trainer.evaluate;

/**
 * One question the gate asks.
 *
 * @param atLeast whether the value must be at least the limit, or at most
 * @param meaning what the number means, one line
 */
public record GateCheck(String name, double value, double limit, boolean atLeast, String meaning) {
    public static GateCheck atLeast(String name, double value, double limit, String meaning) {
        return new GateCheck(name, value, limit, true, meaning);
    }

    public static GateCheck atMost(String name, double value, double limit, String meaning) {
        return new GateCheck(name, value, limit, false, meaning);
    }

    /** A value that is no number never passes. */
    public boolean passed() {
        return atLeast ? value >= limit : value <= limit;
    }
}
