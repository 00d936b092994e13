package dev.rejoinder.trainer;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.trainer.dataset.Origin;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.PairSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Pairs for tests: short, all different, of as many users as wanted. */
public final class Pairs {
    private Pairs() {}

    /** Pair {@code i} of user {@code i % users}: the chosen reply is the shorter one. */
    public static List<Pair> of(int count, int users) {
        return IntStream.range(0, count).mapToObj(i -> pair(i, "user-" + i % users)).toList();
    }

    public static Pair pair(int i, String user) {
        return new Pair(
                "pair-" + i,
                List.of(ChatMessage.user("What is thing " + i + "?")),
                new Pair.Reply("It is " + i + ".", true),
                new Pair.Reply("Well, thing " + i + " is a long story", i % 2 == 0),
                new Pair.Provenance(
                        Origin.ON_POLICY,
                        user,
                        List.of("turn-" + i),
                        List.of("signal-" + i),
                        "Shorter, please.",
                        -1));
    }

    public static Pair with(Pair pair, Origin origin, double meanLogProb) {
        Pair.Provenance p = pair.provenance();
        return new Pair(
                pair.id(),
                pair.prompt(),
                pair.chosen(),
                pair.rejected(),
                new Pair.Provenance(
                        origin,
                        p.userHash(),
                        p.turnIds(),
                        p.signalIds(),
                        p.followUp(),
                        meanLogProb));
    }

    /** A source that holds what it is told to; pair {@code i} has position {@code i + 1}. */
    public static final class InMemorySource implements PairSource {
        private final List<Pair> pairs = new ArrayList<>();

        public synchronized InMemorySource add(List<Pair> more) {
            pairs.addAll(more);
            return this;
        }

        @Override
        public synchronized List<Positioned> after(long position) {
            return IntStream.range((int) position, pairs.size())
                    .mapToObj(i -> new Positioned(i + 1, pairs.get(i)))
                    .toList();
        }
    }
}
