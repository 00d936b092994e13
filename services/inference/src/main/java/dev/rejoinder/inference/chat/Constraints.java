package dev.rejoinder.inference.chat;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.generate.Constraint;
import dev.rejoinder.lm.grammar.Grammar;
import dev.rejoinder.lm.grammar.GrammarConstraint;
import dev.rejoinder.lm.grammar.JsonGrammar;
import dev.rejoinder.lm.grammar.TokenTable;
import dev.rejoinder.lm.grammar.UnsupportedSchemaException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What replies of a wished form are kept to. Thread-safe. */
final class Constraints {
    private static final String FIELD = "response_format.json_schema.schema";
    private static final int MAX_SCHEMA = 100_000;

    private final LanguageModel model;
    private @Nullable TokenTable tokens;

    Constraints(LanguageModel model) {
        this.model = model;
    }

    /**
     * @throws Refusal if the schema is none, or asks for something that is not supported
     */
    @Nullable Constraint of(@Nullable JsonReply format) {
        if (format == null) return null;
        try {
            return new GrammarConstraint(grammar(format.schema()), model.tokenizer(), tokens());
        } catch (UnsupportedSchemaException e) {
            throw refused("is not supported: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw refused("allows nothing: " + e.getMessage());
        }
    }

    private static Grammar grammar(@Nullable String schema) {
        if (schema == null) return JsonGrammar.object();
        if (schema.length() > MAX_SCHEMA)
            throw Invalid.outside(
                    FIELD, schema.length() + " characters", "1 to " + MAX_SCHEMA, "shorten it");
        return JsonGrammar.matching(schema);
    }

    private static Refusal refused(String what) {
        return Invalid.field(
                FIELD,
                "set",
                "a JSON schema",
                what,
                "ask for what is supported, or for json_object");
    }

    /** Sorting a vocabulary takes a moment, and most nodes are never asked for JSON. */
    private synchronized TokenTable tokens() {
        if (tokens == null) {
            BitSet ends = new BitSet();
            for (int id = 0; id < model.tokenizer().vocabularySize(); id++)
                if (model.chat().isStop(id)) ends.set(id);
            tokens = TokenTable.of(model.tokenizer(), ends);
        }
        return tokens;
    }
}
