package dev.rejoinder.lm.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.token.BpeTokenizer.Encoders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Makes tokenizers out of what model files hold. */
public final class Tokenizers {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Text is never cut off or filled up behind the caller's back. */
    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    static {
        // On a machine with CUDA the library would download another build of itself; the one in
        // its jar does all that tokenizing needs.
        if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
            System.setProperty("RUST_FLAVOR", "cpu");
        }
    }

    private Tokenizers() {}

    /**
     * From a vocabulary in GPT-2's byte-level alphabet, as a GGUF carries it.
     *
     * @param preTokenizer the GGUF's name for how text is cut before merging
     * @param template the chat template, for the digest
     * @throws IllegalArgumentException if that way of cutting is not known, or the vocabulary and
     *     merges do not belong together
     */
    public static BpeTokenizer byteLevel(
            Vocabulary vocabulary, String preTokenizer, String template) {
        PreTokenizer pre =
                PreTokenizer.named(preTokenizer)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        ("pre-tokenizer %s is not known; gpt-2, smollm, qwen2,"
                                                        + " llama-bpe and tekken are: use the"
                                                        + " model's safetensors and"
                                                        + " tokenizer.json")
                                                .formatted(preTokenizer)));
        ObjectNode json = JSON.createObjectNode().put("version", "1.0");
        if (pre.composes()) json.putObject("normalizer").put("type", "NFC");
        json.set("pre_tokenizer", pre.json());
        ObjectNode model = json.putObject("model").put("type", "BPE");
        model.put("ignore_merges", pre.ignoresMerges());
        vocabulary.merges().forEach(model.putArray("merges")::add);
        HuggingFaceTokenizer encoder = plain(json, vocabulary);
        Encoders encoders = new Encoders(encoder, encoder);
        return new BpeTokenizer(encoders, vocabulary, new ByteLevelAlphabet(), template);
    }

    /**
     * From a vocabulary in SentencePiece's alphabet, as the GGUF of a Llama 2 carries it, with the
     * merges of {@link ScoredMerges}.
     *
     * @param startsWithSpace whether text gets a space in front
     * @param template the chat template, for the digest
     * @throws IllegalArgumentException if the vocabulary and merges do not belong together
     */
    public static BpeTokenizer sentencePiece(
            Vocabulary vocabulary, boolean startsWithSpace, String template) {
        SpaceMarkerAlphabet alphabet = new SpaceMarkerAlphabet(startsWithSpace);
        ObjectNode json = JSON.createObjectNode().put("version", "1.0");
        json.set("normalizer", alphabet.normalizer());
        ObjectNode model = json.putObject("model").put("type", "BPE");
        model.put("byte_fallback", true).put("fuse_unk", true);
        vocabulary.merges().forEach(model.putArray("merges")::add);
        HuggingFaceTokenizer encoder = plain(json, vocabulary);
        Encoders encoders = new Encoders(encoder, encoder);
        return new BpeTokenizer(encoders, vocabulary, alphabet, template);
    }

    /**
     * From the text of a tokenizer.json.
     *
     * @param template the chat template, for the digest
     * @throws IllegalArgumentException if it is no byte-pair tokenizer or no JSON
     */
    public static BpeTokenizer fromJson(String text, String template) {
        TokenizerJson json = TokenizerJson.parse(text);
        Vocabulary vocabulary = json.vocabulary();
        HuggingFaceTokenizer encoder = plain(json.root(), vocabulary);
        HuggingFaceTokenizer inside =
                json.startsDifferently() ? plain(json.insideRoot(), vocabulary) : encoder;
        Encoders encoders = new Encoders(encoder, inside);
        return new BpeTokenizer(encoders, vocabulary, json.alphabet(), template);
    }

    /** The native tokenizer without added tokens and without anything put around the text. */
    private static HuggingFaceTokenizer plain(ObjectNode json, Vocabulary vocabulary) {
        json.putArray("added_tokens");
        json.putNull("post_processor");
        json.putNull("truncation");
        json.putNull("padding");
        PlainModel.keepText((ObjectNode) json.get("model"), vocabulary);
        try {
            byte[] bytes =
                    JSON.writeValueAsString((JsonNode) json).getBytes(StandardCharsets.UTF_8);
            return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), OPTIONS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings has a JSON form", e);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "the tokenizer library refuses the vocabulary: " + e.getMessage(), e);
        }
    }
}
