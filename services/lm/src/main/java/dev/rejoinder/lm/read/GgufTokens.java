package dev.rejoinder.lm.read;

import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.chat.TemplateChatEncoder;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.lm.token.ScoredMerges;
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

    /**
     * @throws UnreadableModelException if the file does not say how its text is cut, or says it in
     *     a way that is not known
     */
    BpeTokenizer tokenizer() {
        String model = metadata.string("tokenizer.ggml.model");
        try {
            return switch (model) {
                case "gpt2" -> byteLevel();
                case "llama" -> sentencePiece();
                default ->
                        throw new IllegalArgumentException(
                                ("its tokenizer is of kind %s; gpt2 and llama are read: use the"
                                                + " model's safetensors and tokenizer.json")
                                        .formatted(model));
            };
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(metadata.file() + ": " + e.getMessage(), e);
        }
    }

    private BpeTokenizer byteLevel() {
        String pre = metadata.string("tokenizer.ggml.pre");
        Vocabulary vocabulary =
                new Vocabulary(tokens(), kinds(), metadata.strings("tokenizer.ggml.merges"));
        return Tokenizers.byteLevel(vocabulary, pre, template());
    }

    private BpeTokenizer sentencePiece() {
        List<Kind> kinds = kinds();
        List<String> merges =
                ScoredMerges.of(tokens(), kinds, metadata.floats("tokenizer.ggml.scores"));
        boolean startsWithSpace =
                metadata.optionalBoolean("tokenizer.ggml.add_space_prefix").orElse(true);
        return Tokenizers.sentencePiece(
                new Vocabulary(tokens(), kinds, merges), startsWithSpace, template());
    }

    private List<String> tokens() {
        return metadata.strings("tokenizer.ggml.tokens");
    }

    private List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        for (int type : metadata.integers("tokenizer.ggml.token_type")) kinds.add(kind(type));
        return kinds;
    }

    /** llama.cpp's {@code llama_token_type}; 6 is a byte that is no character of the vocabulary. */
    private Kind kind(int type) {
        return switch (type) {
            case 1, 6 -> Kind.NORMAL;
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
