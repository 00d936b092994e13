package dev.rejoinder.lm.grammar;

import dev.rejoinder.lm.grammar.Grammar.Sequence;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a grammar byte by byte: a nondeterministic pushdown automaton whose sets of stacks are made
 * into states as they are met, so that bytes seen before cost one array access. Not thread-safe.
 */
final class Automaton {
    /** Where a sequence is at, and what comes after it. Interned: one object for each stack. */
    private static final class Frame {
        private final Sequence sequence;
        private final int at;
        private final @Nullable Frame below;

        Frame(Sequence sequence, int at, @Nullable Frame below) {
            this.sequence = sequence;
            this.at = at;
            this.below = below;
        }

        Symbol symbol() {
            return sequence.at(at);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Frame f
                    && f.sequence == sequence
                    && f.at == at
                    && f.below == below;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * System.identityHashCode(sequence) + at)
                    + System.identityHashCode(below);
        }
    }

    /** All that may come next after some bytes. */
    static final class State {
        private final Set<Frame> stacks;
        private final boolean complete;
        private final @Nullable State[] next = new State[256];

        private State(Set<Frame> stacks, boolean complete) {
            this.stacks = stacks;
            this.complete = complete;
        }

        /** Whether the text may end here. */
        boolean isComplete() {
            return complete;
        }

        /** Whether anything may follow. */
        boolean goesOn() {
            return !stacks.isEmpty();
        }

        private boolean isDead() {
            return !complete && stacks.isEmpty();
        }
    }

    private record Stacks(Set<Frame> stacks, boolean complete) {}

    private final Grammar grammar;
    private final Map<Frame, Frame> frames = new HashMap<>();
    private final Map<Stacks, State> states = new HashMap<>();
    private final State start;

    Automaton(Grammar grammar) {
        this.grammar = grammar;
        Expansion expansion = new Expansion();
        for (Sequence alternative : grammar.alternatives(grammar.root()))
            expansion.add(frame(alternative, 0, null));
        this.start = expansion.state();
    }

    State start() {
        return start;
    }

    /**
     * The state after one byte more, or null where the grammar does not allow it.
     *
     * @param value 0 to 255
     */
    @Nullable State next(State state, int value) {
        State known = state.next[value];
        if (known == null) {
            known = step(state, value);
            state.next[value] = known;
        }
        return known.isDead() ? null : known;
    }

    private State step(State state, int value) {
        Expansion expansion = new Expansion();
        for (Frame frame : state.stacks)
            if (((Symbol.ByteSet) frame.symbol()).allows(value)) expansion.add(after(frame));
        return expansion.state();
    }

    /** What is left once a frame's symbol is done; finished sequences do not stay on the stack. */
    private @Nullable Frame after(Frame frame) {
        return frame.at + 1 == frame.sequence.length()
                ? frame.below
                : frame(frame.sequence, frame.at + 1, frame.below);
    }

    private @Nullable Frame frame(Sequence sequence, int at, @Nullable Frame below) {
        if (at == sequence.length()) return below;
        Frame frame = new Frame(sequence, at, below);
        return frames.computeIfAbsent(frame, same -> same);
    }

    /** Stacks with a byte on top, from stacks with anything there. */
    private final class Expansion {
        private final Set<Frame> seen = new HashSet<>();
        private final Set<Frame> stacks = new HashSet<>();
        private boolean complete;

        void add(@Nullable Frame frame) {
            if (frame == null) {
                complete = true;
                return;
            }
            if (!seen.add(frame)) return;
            switch (frame.symbol()) {
                case Symbol.ByteSet ignored -> stacks.add(frame);
                case Symbol.Reference reference -> {
                    Frame rest = after(frame);
                    for (Sequence alternative : grammar.alternatives(reference.rule()))
                        add(frame(alternative, 0, rest));
                }
            }
        }

        State state() {
            return states.computeIfAbsent(
                    new Stacks(stacks, complete), key -> new State(key.stacks(), key.complete()));
        }
    }
}
