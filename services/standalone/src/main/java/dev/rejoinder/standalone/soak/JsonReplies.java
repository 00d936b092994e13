package dev.rejoinder.standalone.soak;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.generate.Constraint;
import dev.rejoinder.lm.grammar.GrammarConstraint;
import dev.rejoinder.lm.grammar.JsonGrammar;
import dev.rejoinder.lm.grammar.TokenTable;
import java.util.BitSet;

/** Constraints that keep a reply to a JSON object, a fresh one for each as for chats. */
final class JsonReplies {
    private final LanguageModel model;
    private final TokenTable tokens;

    JsonReplies(LanguageModel model) {
        this.model = model;
        BitSet ends = new BitSet();
        for (int id = 0; id < model.tokenizer().vocabularySize(); id++)
            if (model.chat().isStop(id)) ends.set(id);
        this.tokens = TokenTable.of(model.tokenizer(), ends);
    }

    Constraint constraint() {
        return new GrammarConstraint(JsonGrammar.object(), model.tokenizer(), tokens);
    }
}
