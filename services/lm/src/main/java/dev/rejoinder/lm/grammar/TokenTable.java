package dev.rejoinder.lm.grammar;

import dev.rejoinder.lm.token.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A vocabulary in the order of its tokens' bytes, so that a grammar reads what many of them begin
 * with once. Immutable.
 */
public final class TokenTable {
    private final int[] ids;
    private final byte[][] bytes;
    private final int[] shared;
    private final int longest;
    private final int vocabulary;
    private final BitSet ends;

    private TokenTable(int[] ids, byte[][] bytes, int vocabulary, BitSet ends) {
        this.ids = ids;
        this.bytes = bytes;
        this.vocabulary = vocabulary;
        this.ends = ends;
        this.shared = new int[ids.length];
        for (int i = 1; i < ids.length; i++) {
            int differs = Arrays.mismatch(bytes[i - 1], bytes[i]);
            shared[i] = differs < 0 ? bytes[i].length : differs;
        }
        this.longest = Arrays.stream(bytes).mapToInt(b -> b.length).max().orElse(0);
    }

    /**
     * @param ends tokens that end a turn; special tokens are otherwise never allowed
     */
    public static TokenTable of(Tokenizer tokenizer, BitSet ends) {
        int vocabulary = tokenizer.vocabularySize();
        byte[][] all = new byte[vocabulary][];
        for (int id = 0; id < vocabulary; id++) all[id] = tokenizer.bytes(id);
        int[] ids =
                IntStream.range(0, vocabulary)
                        .filter(id -> all[id].length > 0 && !ends.get(id))
                        .boxed()
                        .sorted(Comparator.comparing(id -> all[id], Arrays::compareUnsigned))
                        .mapToInt(Integer::intValue)
                        .toArray();
        byte[][] sorted = Arrays.stream(ids).mapToObj(id -> all[id]).toArray(byte[][]::new);
        return new TokenTable(ids, sorted, vocabulary, (BitSet) ends.clone());
    }

    /** Tokens all of whose bytes the automaton takes, and the ends where it may stop. */
    BitSet allowed(Automaton automaton, Automaton.State from) {
        BitSet allowed = new BitSet(vocabulary);
        if (from.isComplete()) allowed.or(ends);
        if (!from.goesOn()) return allowed;
        // states[d] is where the first d bytes of the token at hand lead; they are good up to read.
        Automaton.State[] states = new Automaton.State[longest + 1];
        states[0] = from;
        int read = 0;
        for (int i = 0; i < ids.length; i++) {
            byte[] token = bytes[i];
            boolean dead = i > 0 && shared[i] > read;
            if (dead) continue;
            read = shared[i];
            while (read < token.length) {
                Automaton.@Nullable State next = automaton.next(states[read], token[read] & 0xff);
                if (next == null) break;
                states[++read] = next;
            }
            if (read == token.length) allowed.set(ids[i]);
        }
        return allowed;
    }

    /** Where a token leads, or null if it is not allowed. */
    Automaton.@Nullable State after(Automaton automaton, Automaton.State from, byte[] token) {
        Automaton.State state = from;
        for (byte b : token) {
            Automaton.@Nullable State next = automaton.next(state, b & 0xff);
            if (next == null) return null;
            state = next;
        }
        return state;
    }

    boolean isEnd(int token) {
        return ends.get(token);
    }
}
