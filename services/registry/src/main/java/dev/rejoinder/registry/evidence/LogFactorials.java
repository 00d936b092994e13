package dev.rejoinder.registry.evidence;

/** {@code ln n!}, summed once for every n up to the largest that anyone has asked for. */
final class LogFactorials {
    private static volatile LogFactorials largestYet = new LogFactorials(1_000);

    private final double[] table;

    private LogFactorials(int largest) {
        table = new double[largest + 1];
        for (int n = 2; n < table.length; n++) table[n] = table[n - 1] + Math.log(n);
    }

    /** A table that reaches to n. Two threads may make it twice; either one will do. */
    static LogFactorials upTo(long n) {
        LogFactorials known = largestYet;
        if (n < known.table.length) return known;
        LogFactorials longer = new LogFactorials(Math.toIntExact(2 * n));
        largestYet = longer;
        return longer;
    }

    double of(long n) {
        return table[(int) n];
    }

    /** {@code ln B(a, b)} for whole a and b: {@code (a-1)! (b-1)! / (a+b-1)!}. */
    double logBeta(long a, long b) {
        return of(a - 1) + of(b - 1) - of(a + b - 1);
    }
}
