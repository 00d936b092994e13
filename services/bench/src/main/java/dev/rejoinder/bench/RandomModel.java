package dev.rejoinder.bench;

import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelConfig.RopeScaling;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.Weights;
import dev.rejoinder.lm.token.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** SmolLM2-135M's shape with random weights: as fast as the real one, and needs no file. */
public final class RandomModel {
    private static final double DEVIATION = 0.02;
    private static final int LAYERS = 30;

    private RandomModel() {}

    static ModelFiles files() {
        return files("random weights of SmolLM2-135M's shape", LAYERS);
    }

    /** The same width, heads and vocabulary with so many layers. */
    public static ModelFiles files(String name, int layers) {
        var config =
                new ModelConfig(
                        "llama",
                        layers,
                        576,
                        1536,
                        9,
                        3,
                        64,
                        49_152,
                        8192,
                        1e-5,
                        100_000,
                        RopeScaling.none(),
                        0,
                        false,
                        false,
                        true);
        return new ModelFiles(
                name,
                "0".repeat(64),
                config,
                new RandomWeights(config),
                new NoTokenizer(config.vocabulary()),
                new Endless());
    }

    /** The same model, whose replies never end by themselves. */
    static ModelFiles endless(ModelFiles files) {
        return new ModelFiles(
                files.name(),
                files.digest(),
                files.config(),
                files.weights(),
                files.tokenizer(),
                new Endless());
    }

    private static final class RandomWeights implements Weights {
        private final Map<String, long[]> shapes = new LinkedHashMap<>();

        RandomWeights(ModelConfig c) {
            long hidden = c.hidden();
            long wide = c.intermediate();
            long queries = (long) c.heads() * c.headSize();
            long keys = (long) c.keyValueHeads() * c.headSize();
            shapes.put("model.embed_tokens.weight", new long[] {c.vocabulary(), hidden});
            for (int i = 0; i < c.layers(); i++) {
                String at = "model.layers." + i + ".";
                shapes.put(at + "input_layernorm.weight", new long[] {hidden});
                shapes.put(at + "post_attention_layernorm.weight", new long[] {hidden});
                shapes.put(at + "self_attn.q_proj.weight", new long[] {queries, hidden});
                shapes.put(at + "self_attn.k_proj.weight", new long[] {keys, hidden});
                shapes.put(at + "self_attn.v_proj.weight", new long[] {keys, hidden});
                shapes.put(at + "self_attn.o_proj.weight", new long[] {hidden, queries});
                shapes.put(at + "mlp.gate_proj.weight", new long[] {wide, hidden});
                shapes.put(at + "mlp.up_proj.weight", new long[] {wide, hidden});
                shapes.put(at + "mlp.down_proj.weight", new long[] {hidden, wide});
            }
            shapes.put("model.norm.weight", new long[] {hidden});
        }

        @Override
        public Set<String> names() {
            return shapes.keySet();
        }

        @Override
        public long[] shape(String name) {
            return shapes.get(name).clone();
        }

        @Override
        public float[] read(String name, int fromRow, int rows) {
            long[] shape = shapes.get(name);
            int width = shape.length == 1 ? 1 : (int) shape[1];
            double center = name.endsWith("norm.weight") ? 1 : 0;
            double spread = DEVIATION * Math.sqrt(12);
            float[] values = new float[rows * width];
            for (int row = 0; row < rows; row++) {
                var random = new SplittableRandom(31L * name.hashCode() + fromRow + row);
                for (int i = row * width; i < (row + 1) * width; i++)
                    values[i] = (float) (center + (random.nextDouble() - 0.5) * spread);
            }
            return values;
        }

        @Override
        public void close() {}
    }

    private record NoTokenizer(int vocabularySize) implements Tokenizer {
        @Override
        public int[] encode(String text) {
            return text.chars().map(c -> c % vocabularySize).toArray();
        }

        @Override
        public String decode(int[] ids) {
            return "";
        }

        @Override
        public byte[] bytes(int id) {
            return new byte[0];
        }

        @Override
        public String digest() {
            return "0".repeat(64);
        }
    }

    private static final class Endless implements ChatEncoder {
        @Override
        public int[] prompt(List<ChatMessage> messages) {
            return new int[] {0};
        }

        @Override
        public int[] followUpBridge() {
            return new int[] {0};
        }

        @Override
        public int endOfTurn() {
            return 0;
        }

        @Override
        public boolean isStop(int token) {
            return false;
        }
    }
}
