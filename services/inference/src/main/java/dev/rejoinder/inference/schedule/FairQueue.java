package dev.rejoinder.inference.schedule;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who is served next where several keys share the batch: the key that has been served least so far,
 * and within a key who came first. Virtual token counters, algorithm 2 of Sheng et al. 2024
 * ("Fairness in Serving Large Language Models", arXiv 2401.00588).
 *
 * <ul>
 *   <li>A key is charged for the prompt when a request begins, for the reply as it grows; a key of
 *       weight 2 is charged half.
 *   <li>A key that comes back is charged at least as much as the least charged of those that wait:
 *       nobody saves up by staying away.
 *   <li>Keys of weight 1 that wait all the time differ in service by at most 2 max(w_p L, w_q M),
 *       with prompts of at most L tokens and batches of at most M (theorem 4.4 there).
 * </ul>
 *
 * Not for several threads.
 */
final class FairQueue<T> {
    /** w_p and w_q of the paper's experiments: a reply's token costs twice a prompt's. */
    static final double PROMPT_TOKEN = 1;

    static final double REPLY_TOKEN = 2;

    /** One that is forgotten comes back as new, which spares it at most what its last rows cost. */
    private static final int REMEMBERED = 4096;

    private final ToDoubleFunction<String> weights;
    private final Map<String, Share> shares = new HashMap<>();

    /** Keys with something that waits, least recently served first. */
    private final Map<String, Share> waiting = new LinkedHashMap<>();

    /** Charges of keys that neither wait nor run. */
    private final Map<String, Double> absent =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Double> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private @Nullable Share lastToLeave;
    private int inFlight;

    private final class Share {
        final double weight;
        final Deque<T> queue = new ArrayDeque<>();
        double charged;
        int inFlight;

        Share(double weight, double charged) {
            this.weight = weight;
            this.charged = charged;
        }
    }

    /**
     * @param weights of the keys, above 0: one of weight 2 is served twice as much as one of 1
     */
    FairQueue(ToDoubleFunction<String> weights) {
        this.weights = weights;
    }

    void add(String key, T request) {
        Share share = shares.computeIfAbsent(key, this::arrived);
        if (share.queue.isEmpty()) {
            share.charged = Math.max(share.charged, floor());
            waiting.put(key, share);
        }
        share.queue.add(request);
        share.inFlight++;
        inFlight++;
    }

    private Share arrived(String key) {
        Double before = absent.remove(key);
        return new Share(weights.applyAsDouble(key), before == null ? 0 : before);
    }

    /** What every key has at least that waits; where none does, what the last of them has. */
    private double floor() {
        double idle = lastToLeave == null ? 0 : lastToLeave.charged;
        return waiting.values().stream().mapToDouble(s -> s.charged).min().orElse(idle);
    }

    /** Takes the next request out, or null if none waits. It stays in flight. */
    @Nullable T poll() {
        Map.Entry<String, Share> least = null;
        for (var each : waiting.entrySet())
            if (least == null || each.getValue().charged < least.getValue().charged) least = each;
        if (least == null) return null;
        String key = least.getKey();
        Share share = least.getValue();
        T next = share.queue.remove();
        waiting.remove(key);
        if (share.queue.isEmpty()) lastToLeave = share;
        else waiting.put(key, share);
        return next;
    }

    /** Takes a request out that is no longer wanted; false if it does not wait. */
    boolean remove(String key, T request) {
        Share share = waiting.get(key);
        if (share == null || !share.queue.remove(request)) return false;
        if (share.queue.isEmpty()) {
            waiting.remove(key);
            lastToLeave = share;
        }
        return true;
    }

    /** The key was served tokens of that price each. It has a request in flight. */
    void charge(String key, int tokens, double price) {
        Share share = known(key);
        share.charged += tokens * price / share.weight;
    }

    /** A request of the key is done with, whether or not it ever began. */
    void ended(String key) {
        Share share = known(key);
        inFlight--;
        if (--share.inFlight > 0) return;
        shares.remove(key);
        absent.put(key, share.charged);
    }

    private Share known(String key) {
        Share share = shares.get(key);
        if (share == null)
            throw new IllegalStateException("a key without requests in flight is not charged");
        return share;
    }

    /** Requests that wait or run. */
    int inFlight() {
        return inFlight;
    }

    /** The key's requests that wait or run. */
    int inFlight(String key) {
        Share share = shares.get(key);
        return share == null ? 0 : share.inFlight;
    }

    /** Keys with a request that waits. */
    int keysWaiting() {
        return waiting.size();
    }
}
