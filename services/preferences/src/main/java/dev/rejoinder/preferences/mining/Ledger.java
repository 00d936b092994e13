package dev.rejoinder.preferences.mining;

import dev.rejoinder.proto.preferences.v1.PairEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What was heard and what came of it. A signal is remembered when it arrives and settled, once,
 * together with everything it caused.
 */
public interface Ledger {
    /**
     * What the settled ones of these signals caused, by signal id, in the order it was settled. A
     * signal that is not settled is not in the map.
     */
    Map<String, List<PairEvent>> settled(Collection<String> signalIds);

    /** Remembers them; once, however often they come. Texts only with the user's consent. */
    void remember(List<Judged> judged);

    /** Remembered, consented complaints whose follow-up was the request of this turn. */
    List<Judged> complaintsAnsweredBy(String turnId, String detector);

    /** Remembered, consented signs of satisfaction with the reply of this turn. */
    List<Judged> satisfactionsWith(String turnId, String detector);

    int pairsOf(String userKey);

    /**
     * Lets the curator decide on what was verified, in order, and settles the signals with all that
     * came of it, in one transaction.
     *
     * @return the events to publish, in order
     */
    List<PairEvent> settle(List<Judged> judged, List<Outcome> outcomes);
}
