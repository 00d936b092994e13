package dev.rejoinder.lm.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.Golden;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.token.Tokenizer;
import java.util.BitSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar over SmolLM2's 49,152 tokens, against every token's bytes read one by one. */
class VocabularyTest {
    private static final long SEED = 20_261_130;
    private static final int STATES = 200;
    private static final Set<String> ENDING =
            Set.of("\"", "\":", "\",", "\"}", "}", "]", "],", "1");
    private static final String SCHEMA =
            """
            {"type": "object", "additionalProperties": false, "required": ["name", "tags"],
             "properties": {
               "name": {"type": "string", "minLength": 1, "maxLength": 9},
               "age": {"type": ["integer", "null"]},
               "kind": {"enum": ["cat", "catfish", 7, null]},
               "tags": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 4},
               "parent": {"$ref": "#"}}}
            """;

    private static Tokenizer tokenizer;
    private static BitSet ends;

    @BeforeAll
    static void readTheVocabulary() {
        try (ModelFiles files = ModelReader.open(Golden.smolLmFile())) {
            tokenizer = files.tokenizer();
            ends = new BitSet();
            for (int id = 0; id < tokenizer.vocabularySize(); id++)
                if (files.chat().isStop(id)) ends.set(id);
        }
        assertThat(tokenizer.vocabularySize()).isEqualTo(49_152);
        assertThat(ends.cardinality()).isPositive();
    }

    /**
     * Replies of tokens drawn from what is allowed, each begun again when it is complete; at every
     * step the allowed tokens are those that an automaton of its own takes byte by byte.
     */
    @ParameterizedTest
    @ValueSource(strings = {"any object", "a schema"})
    void exactlyThoseTokensAreAllowedWhoseBytesKeepTheGrammarAlive(String kind) {
        Grammar grammar =
                kind.equals("a schema") ? JsonGrammar.matching(SCHEMA) : JsonGrammar.object();
        var constraint = new GrammarConstraint(grammar, tokenizer, TokenTable.of(tokenizer, ends));
        var random = new SplittableRandom(SEED);
        var guide = constraint.begin();
        var automaton = new Automaton(grammar);
        Automaton.State state = automaton.start();
        int replies = 0;
        for (int step = 0; step < STATES; step++) {
            BitSet allowed = guide.allowed();

            assertThat(differing(allowed, byBruteForce(automaton, state)))
                    .as(
                            "seed %d, step %d: tokens that one allows and the other does not",
                            SEED, step)
                    .isEmpty();

            int next = drawn(allowed, random);
            guide.wrote(next);
            state = ends.get(next) ? null : after(automaton, state, tokenizer.bytes(next));
            if (state == null || !state.goesOn()) {
                guide = constraint.begin();
                state = automaton.start();
                replies++;
            }
        }
        assertThat(replies).as("replies that were completed").isPositive();
    }

    /** Half of all that is drawn ends something: otherwise strings would go on for ever. */
    private static int drawn(BitSet allowed, SplittableRandom random) {
        if (random.nextBoolean()) {
            int[] ending =
                    allowed.stream()
                            .filter(id ->
                                    ends.get(id)
                                            || ENDING.contains(tokenizer.decode(new int[] {id})))
                            .toArray();
            if (ending.length > 0) return ending[random.nextInt(ending.length)];
        }
        int[] all = allowed.stream().toArray();
        return all[random.nextInt(all.length)];
    }

    private static BitSet byBruteForce(Automaton automaton, Automaton.State from) {
        BitSet allowed = new BitSet();
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            byte[] bytes = tokenizer.bytes(id);
            boolean alive = bytes.length > 0 && after(automaton, from, bytes) != null;
            if (ends.get(id) ? from.isComplete() : alive) allowed.set(id);
        }
        return allowed;
    }

    private static Automaton.@Nullable State after(
            Automaton automaton, Automaton.State from, byte[] bytes) {
        Automaton.State state = from;
        for (byte b : bytes) {
            state = automaton.next(state, b & 0xff);
            if (state == null) return null;
        }
        return state;
    }

    private static int[] differing(BitSet one, BitSet other) {
        BitSet differing = (BitSet) one.clone();
        differing.xor(other);
        return differing.stream().toArray();
    }
}
