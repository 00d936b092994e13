package dev.rejoinder.lm.chat;

import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.lm.token.Tokenizers;
import dev.rejoinder.lm.token.Vocabulary;
import dev.rejoinder.lm.token.Vocabulary.Kind;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One token a byte, and the added tokens that a test asks for. */
final class ByteTokenizer {
    private ByteTokenizer() {}

    static BpeTokenizer with(Path folder, List<String> special, List<String> added)
            throws IOException {
        try (ModelFiles tiny = ModelReader.open(TinyModel.llama().write(folder))) {
            Vocabulary bytes = ((BpeTokenizer) tiny.tokenizer()).vocabulary();
            List<String> tokens = new ArrayList<>(bytes.tokens());
            List<Kind> kinds = new ArrayList<>(bytes.kinds());
            special.forEach(token -> add(tokens, kinds, token, Kind.SPECIAL));
            added.forEach(token -> add(tokens, kinds, token, Kind.ADDED));
            return Tokenizers.byteLevel(new Vocabulary(tokens, kinds, List.of()), "gpt-2", "");
        }
    }

    private static void add(List<String> tokens, List<Kind> kinds, String token, Kind kind) {
        tokens.add(token);
        kinds.add(kind);
    }

    /** Every token spelled out; special ones, which decode to nothing, in their own words. */
    static String spelled(BpeTokenizer tokenizer, int[] ids) {
        StringBuilder text = new StringBuilder();
        int plain = 0;
        for (int i = 0; i < ids.length; i++) {
            if (tokenizer.vocabulary().kinds().get(ids[i]) == Kind.NORMAL) continue;
            text.append(tokenizer.decode(Arrays.copyOfRange(ids, plain, i)));
            text.append('{').append(tokenizer.vocabulary().tokens().get(ids[i])).append('}');
            plain = i + 1;
        }
        return text + tokenizer.decode(Arrays.copyOfRange(ids, plain, ids.length));
    }
}
