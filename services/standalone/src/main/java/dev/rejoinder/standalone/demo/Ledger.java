package dev.rejoinder.standalone.demo;

import dev.rejoinder.standalone.client.ChatOutcome;
import java.util.ArrayList;
import java.util.List;

/** Everything the demo asked and what came of it, as its own clients saw it. Thread-safe. */
final class Ledger {
    private final List<Exchange> exchanges = new ArrayList<>();
    private final List<ChatOutcome.Refused> refusals = new ArrayList<>();

    synchronized void add(Exchange exchange) {
        exchanges.add(exchange);
    }

    synchronized void add(ChatOutcome.Refused refusal) {
        refusals.add(refusal);
    }

    /** In the order the replies were complete. */
    synchronized List<Exchange> exchanges() {
        return exchanges.stream()
                .sorted(java.util.Comparator.comparing(Exchange::answeredAt))
                .toList();
    }

    List<Exchange> of(Exchange.Phase phase) {
        return exchanges().stream().filter(e -> e.phase() == phase).toList();
    }

    synchronized List<ChatOutcome.Refused> refusals() {
        return List.copyOf(refusals);
    }

    synchronized int answered() {
        return exchanges.size();
    }
}
