package dev.rejoinder.standalone.demo;

import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.Verdict;
import dev.rejoinder.testkit.users.Feeling;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Signals against what the users truly felt.
 *
 * @param signals follow-ups that were read
 * @param satPrecision of the replies called satisfying, the share whose user was satisfied
 * @param satRecall of the replies whose user was satisfied and showed it, the share that was found
 * @param dsatPrecision the same for dissatisfaction
 * @param dsatRecall the same for dissatisfaction
 */
public record SignalQuality(
        int signals,
        double satPrecision,
        double satRecall,
        double dsatPrecision,
        double dsatRecall) {
    static SignalQuality of(
            List<SignalDetected> signals,
            Map<String, String> completionByTurn,
            List<Exchange> truth) {
        Map<String, Exchange> byCompletion =
                truth.stream()
                        .collect(Collectors.toMap(Exchange::completionId, e -> e, (a, b) -> a));
        List<Read> read =
                signals.stream()
                        .map(s ->
                                read(
                                        s,
                                        byCompletion.get(
                                                completionByTurn.getOrDefault(s.getTurnId(), ""))))
                        .filter(r -> r != null)
                        .toList();
        return new SignalQuality(
                read.size(),
                precision(read, Read::sat, Feeling.SATISFIED),
                recall(read, Read::sat, Feeling.SATISFIED),
                precision(read, Read::dsat, Feeling.DISSATISFIED),
                recall(read, Read::dsat, Feeling.DISSATISFIED));
    }

    /** A signal beside the truth. */
    private record Read(boolean sat, boolean dsat, Feeling felt, @Nullable Feeling shown) {}

    private static @Nullable Read read(SignalDetected signal, @Nullable Exchange truth) {
        if (truth == null || truth.felt() == null) return null;
        return new Read(
                signal.getSignal().getSatVerdict() == Verdict.VERDICT_YES,
                signal.getSignal().getDsatVerdict() == Verdict.VERDICT_YES,
                truth.felt(),
                truth.shown());
    }

    private static double precision(
            List<Read> read, Function<Read, Boolean> called, Feeling feeling) {
        List<Read> positive = read.stream().filter(called::apply).toList();
        return share(positive, r -> r.felt() == feeling);
    }

    private static double recall(List<Read> read, Function<Read, Boolean> called, Feeling feeling) {
        List<Read> real =
                read.stream().filter(r -> r.felt() == feeling && r.shown() == feeling).toList();
        return share(real, called::apply);
    }

    private static double share(List<Read> of, Function<Read, Boolean> holds) {
        return of.isEmpty() ? 0 : (double) of.stream().filter(holds::apply).count() / of.size();
    }
}
