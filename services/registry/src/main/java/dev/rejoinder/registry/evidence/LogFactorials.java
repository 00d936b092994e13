package dev.rejoinder.registry.evidence;

/** {@code ln n!}, summed once for every n up to the largest that is asked for. */
final class LogFactorials {
    private final double[] table;

    LogFactorials(long largest) {
        table = new double[Math.toIntExact(largest) + 1];
        for (int n = 2; n < table.length; n++) table[n] = table[n - 1] + Math.log(n);
    }

    double of(long n) {
        return table[(int) n];
    }

    /** {@code ln B(a, b)} for whole a and b: {@code (a-1)! (b-1)! / (a+b-1)!}. */
    double logBeta(long a, long b) {
        return of(a - 1) + of(b - 1) - of(a + b - 1);
    }
}
