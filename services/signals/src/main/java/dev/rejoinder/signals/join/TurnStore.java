package dev.rejoinder.signals.join;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Recent turns. Every write may come twice: the second changes nothing. */
public interface TurnStore {
    /** Adds turns, or replaces those with the same id. */
    void keep(Collection<Turn> turns);

    /** Forgets turns; unknown ids are no error. */
    void erase(Collection<String> turnIds);

    /** Turns whose reply ends one of these chains. */
    List<Turn> endingIn(Collection<String> replyChains);

    /** Turns whose history is one of these chains. */
    List<Turn> following(Collection<String> historyChains);

    /**
     * Forgets what is too old or too much.
     *
     * @param oldest turns answered before are forgotten
     * @param most turns that are kept; the oldest are forgotten first
     * @return how many were forgotten
     */
    int trim(Instant oldest, int most);
}
