package dev.rejoinder.lm;

import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.score.Probe;
import dev.rejoinder.lm.token.Tokenizer;
import dev.rejoinder.lm.train.LoraTraining;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded base model: one copy of the weights for serving, scoring and training. Thread-safe;
 * native passes run one at a time, by {@link Priority}.
 */
public interface LanguageModel extends AutoCloseable {
    ModelInfo info();

    Tokenizer tokenizer();

    ChatEncoder chat();

    /**
     * Reads a PEFT folder.
     *
     * @throws dev.rejoinder.lm.read.UnreadableModelException if files are missing, damaged, not
     *     finite, or made for another base; nothing was loaded
     */
    Adapter loadAdapter(Path folder);

    /**
     * @param capacity most rows decoded together, at least 1
     */
    BatchGenerator generator(int capacity);

    /**
     * Log-probabilities of every continuation's tokens. Packs of like length share a pass.
     *
     * @return {@code [pack][continuation][token]}
     * @throws IllegalArgumentException if a pack does not fit the context
     */
    float[][][] score(List<Pack> packs, @Nullable Adapter adapter);

    /** Hidden states; texts of like length share a pass. In the order of the probes. */
    List<Probe.Reading> read(List<Probe> probes, @Nullable Adapter adapter);

    /** Hidden states of the base. */
    default List<Probe.Reading> read(List<Probe> probes) {
        return read(probes, null);
    }

    /**
     * A new adapter to train: A drawn from a uniform Kaiming distribution by the seed, B zero, as
     * PEFT does.
     *
     * @param weightDecay AdamW's decoupled decay
     */
    LoraTraining train(AdapterConfig config, long seed, double weightDecay);

    @Override
    void close();

    /**
     * What the model is.
     *
     * @param name as chat clients name it, such as {@code SmolLM2-135M-Instruct}
     * @param digest SHA-256 of the weights' file(s), lower-case hex
     * @param architecture {@code llama}, {@code mistral}, {@code qwen2} or {@code qwen3}
     * @param contextLength most tokens of prompt and reply together
     * @param parameters number of weights
     */
    record ModelInfo(
            String name,
            String digest,
            String architecture,
            int contextLength,
            int layers,
            int hidden,
            int vocabulary,
            long parameters) {}
}
