package dev.rejoinder.lm.read;

import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.chat.TemplateChatEncoder;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.lm.token.Tokenizers;
import dev.rejoinder.lm.token.Vocabulary;
import dev.rejoinder.lm.token.Vocabulary.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokenizer and chat template inside a GGUF. */
final class GgufTokens {
    private final GgufMetadata metadata;

    GgufTokens(GgufMetadata metadata) {
        this.metadata = metadata;
    }

    BpeTokenizer tokenizer() {
        String model = metadata.string("tokenizer.ggml.model");
        if (!model.equals("gpt2")) {
            throw new UnreadableModelException(
                    ("%s: its tokenizer is of kind %s, a GGUF's is read only if it is gpt2; use the"
                                    + " model's safetensors and tokenizer.json")
                            .formatted(metadata.file(), model));
        }
        try {
            String pre = metadata.optionalString("tokenizer.ggml.pre").orElse("default");
            return Tokenizers.byteLevel(vocabulary(), pre, template());
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(metadata.file() + ": " + e.getMessage(), e);
        }
    }

    private Vocabulary vocabulary() {
        List<String> tokens = metadata.strings("tokenizer.ggml.tokens");
        List<Kind> kinds = new ArrayList<>(tokens.size());
        for (int type : metadata.integers("tokenizer.ggml.token_type")) kinds.add(kind(type));
        return new Vocabulary(tokens, kinds, metadata.strings("tokenizer.ggml.merges"));
    }

    /** llama.cpp's {@code llama_token_type}. */
    private Kind kind(int type) {
        return switch (type) {
            case 1 -> Kind.NORMAL;
            case 2, 3 -> Kind.SPECIAL;
            case 4 -> Kind.ADDED;
            case 5 -> Kind.UNUSED;
            default ->
                    throw new UnreadableModelException(
                            "%s: token type %d is unknown; fetch the file again"
                                    .formatted(metadata.file(), type));
        };
    }

    ChatEncoder chat(BpeTokenizer tokenizer) {
        Optional<Integer> bos = metadata.optionalInteger("tokenizer.ggml.bos_token_id");
        Optional<Integer> eos = metadata.optionalInteger("tokenizer.ggml.eos_token_id");
        Optional<Integer> eot = metadata.optionalInteger("tokenizer.ggml.eot_token_id");
        List<Integer> ends = new ArrayList<>();
        eos.ifPresent(ends::add);
        eot.ifPresent(ends::add);
        try {
            return new TemplateChatEncoder(
                    template(),
                    bos.map(id -> text(tokenizer, id)).orElse(""),
                    eos.map(id -> text(tokenizer, id)).orElse(""),
                    tokenizer,
                    StopTokens.of(tokenizer.vocabulary(), ends));
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(metadata.file() + ": " + e.getMessage(), e);
        }
    }

    private String text(BpeTokenizer tokenizer, int id) {
        List<String> tokens = tokenizer.vocabulary().tokens();
        if (id < tokens.size()) return tokens.get(id);
        throw new UnreadableModelException(
                "%s: special token id %d is outside the vocabulary of %d; fetch the file again"
                        .formatted(metadata.file(), id, tokens.size()));
    }

    private String template() {
        return metadata.optionalString("tokenizer.chat_template")
                .orElseThrow(() -> MissingTemplate.of(metadata.file()));
    }
}
