package dev.rejoinder.lm.djl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelConfig.RopeScaling;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.token.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Models of a few thousand weights, of every supported family. */
final class TinyModels {
    /** Ends a reply. */
    static final int STOP = 2;

    private TinyModels() {}

    static JsonNode golden(String file) {
        try (var in = TinyModels.class.getResourceAsStream("/golden/" + file)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ModelConfig config(JsonNode c) {
        String type = c.get("model_type").asText();
        int heads = c.get("num_attention_heads").asInt();
        int hidden = c.get("hidden_size").asInt();
        JsonNode rope = c.path("rope_scaling");
        return new ModelConfig(
                type,
                c.get("num_hidden_layers").asInt(),
                hidden,
                c.get("intermediate_size").asInt(),
                heads,
                c.get("num_key_value_heads").asInt(),
                c.path("head_dim").isInt() ? c.get("head_dim").asInt() : hidden / heads,
                c.get("vocab_size").asInt(),
                c.get("max_position_embeddings").asInt(),
                c.get("rms_norm_eps").asDouble(),
                c.get("rope_theta").asDouble(),
                rope.isObject()
                        ? new RopeScaling(
                                rope.get("factor").asDouble(),
                                rope.get("low_freq_factor").asDouble(),
                                rope.get("high_freq_factor").asDouble(),
                                rope.get("original_max_position_embeddings").asInt())
                        : RopeScaling.none(),
                type.equals("mistral") ? c.get("sliding_window").asInt() : 0,
                type.equals("qwen2"),
                type.equals("qwen3"),
                c.get("tie_word_embeddings").asBoolean());
    }

    static ModelConfig llama() {
        return family("llama");
    }

    /** As {@code families.json} names it. */
    static ModelConfig family(String name) {
        return config(golden("families.json").get("families").get(name).get("config"));
    }

    static LanguageModel load(ModelConfig config, Precision precision) {
        return load(config, EngineOptions.of(precision).withThreads(1));
    }

    static LanguageModel load(ModelConfig config, EngineOptions options) {
        return LanguageModels.load(files(config), options);
    }

    static ModelFiles files(ModelConfig config) {
        return new ModelFiles(
                "tiny",
                "0".repeat(64),
                config,
                new FormulaWeights(config),
                new NumberTokenizer(config.vocabulary()),
                new PlainChat());
    }

    /** Token n reads {@code "<n>"}; ids 90 to 92 are the three bytes of the euro sign. */
    static final class NumberTokenizer implements Tokenizer {
        private static final byte[] EURO = "€".getBytes(StandardCharsets.UTF_8);
        private static final int FIRST_EURO_BYTE = 90;
        private final int size;

        NumberTokenizer(int size) {
            this.size = size;
        }

        @Override
        public int[] encode(String text) {
            return text.chars().map(c -> c % size).toArray();
        }

        @Override
        public String decode(int[] ids) {
            var text = new StringBuilder();
            for (int id : ids) text.append(new String(bytes(id), StandardCharsets.UTF_8));
            return text.toString();
        }

        @Override
        public byte[] bytes(int id) {
            int at = id - FIRST_EURO_BYTE;
            return at >= 0 && at < EURO.length
                    ? new byte[] {EURO[at]}
                    : ("<" + id + ">").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int vocabularySize() {
            return size;
        }

        @Override
        public String digest() {
            return "0".repeat(64);
        }
    }

    private static final class PlainChat implements ChatEncoder {
        @Override
        public int[] prompt(List<ChatMessage> messages) {
            return new int[] {1};
        }

        @Override
        public int[] followUpBridge() {
            return new int[] {STOP};
        }

        @Override
        public int endOfTurn() {
            return STOP;
        }

        @Override
        public boolean isStop(int token) {
            return token == STOP;
        }
    }
}
