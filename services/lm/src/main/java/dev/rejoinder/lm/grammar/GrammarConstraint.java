package dev.rejoinder.lm.grammar;

import dev.rejoinder.lm.generate.Constraint;
import dev.rejoinder.lm.token.Tokenizer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a reply to a grammar: whatever is drawn, it can be completed, and it ends only where the
 * grammar does. A reply that is cut by its token limit is the beginning of one.
 */
public final class GrammarConstraint implements Constraint {
    /** Masks kept; a vocabulary of 49,152 takes 6 KB each. */
    private static final int MOST_MASKS = 2048;

    private final Grammar grammar;
    private final Tokenizer tokenizer;
    private final TokenTable tokens;

    /**
     * @throws IllegalArgumentException if no text at all keeps to the grammar
     */
    public GrammarConstraint(Grammar grammar, Tokenizer tokenizer, TokenTable tokens) {
        this.grammar = grammar;
        this.tokenizer = tokenizer;
        this.tokens = tokens;
        Automaton.State start = new Automaton(grammar).start();
        if (!start.isComplete() && !start.goesOn())
            throw new IllegalArgumentException("no text satisfies it");
    }

    @Override
    public Guide begin() {
        return new Walk();
    }

    private final class Walk implements Guide {
        private final Automaton automaton = new Automaton(grammar);
        private final Map<Automaton.State, BitSet> masks = new HashMap<>();
        private Automaton.State state = automaton.start();

        @Override
        public BitSet allowed() {
            if (masks.size() > MOST_MASKS) masks.clear();
            return masks.computeIfAbsent(state, s -> tokens.allowed(automaton, s));
        }

        @Override
        public void wrote(int token) {
            if (tokens.isEnd(token) && state.isComplete()) return;
            byte[] bytes = tokenizer.bytes(token);
            Automaton.@Nullable State next =
                    bytes.length == 0 ? null : tokens.after(automaton, state, bytes);
            if (next == null)
                throw new IllegalArgumentException("token " + token + " is not allowed here");
            state = next;
        }
    }
}
