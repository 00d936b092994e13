package dev.rejoinder.lm.read;

import dev.rejoinder.lm.read.ModelConfig.RopeScaling;
import java.util.Set;

/** A GGUF's metadata as a {@link ModelConfig}. */
final class GgufConfig {
    /** llama.cpp files Mistral under {@code llama}. */
    private static final Set<String> ARCHITECTURES = Set.of("llama", "qwen2", "qwen3");

    private final Gguf file;
    private final GgufMetadata metadata;
    private final String architecture;

    private GgufConfig(Gguf file) {
        this.file = file;
        this.metadata = file.metadata();
        this.architecture = metadata.string("general.architecture");
    }

    /**
     * @throws UnreadableModelException if the architecture is not supported or numbers are missing
     */
    static ModelConfig of(Gguf file) {
        return new GgufConfig(file).read();
    }

    private ModelConfig read() {
        refuseUnsupported();
        int hidden = metadata.integer(key("embedding_length"));
        int heads = metadata.integer(key("attention.head_count"));
        int headSize =
                metadata.optionalInteger(key("attention.key_length"))
                        .orElse(heads == 0 ? 0 : hidden / heads);
        double theta = metadata.optionalNumber(key("rope.freq_base")).orElse(10_000.0);
        requireWholeHeadRotated(headSize);
        StoredTensor embedding = file.tensors().get("token_embd.weight");
        if (embedding == null) throw MissingTensor.of(file.path(), "token_embd.weight");
        return new ModelConfig(
                architecture,
                metadata.integer(key("block_count")),
                hidden,
                metadata.integer(key("feed_forward_length")),
                heads,
                metadata.optionalInteger(key("attention.head_count_kv")).orElse(heads),
                headSize,
                (int) embedding.shape()[0],
                metadata.integer(key("context_length")),
                metadata.number(key("attention.layer_norm_rms_epsilon")),
                theta,
                scaling(theta, headSize),
                slidingWindow(),
                file.tensors().containsKey("blk.0.attn_q.bias"),
                architecture.equals("qwen3"),
                !file.tensors().containsKey("output.weight"));
    }

    /** Mistral's, which is filed under llama; in the other families no layer looks through it. */
    private int slidingWindow() {
        if (!architecture.equals("llama")) return 0;
        return metadata.optionalInteger(key("attention.sliding_window")).orElse(0);
    }

    private void refuseUnsupported() {
        if (!ARCHITECTURES.contains(architecture)) {
            throw UnsupportedArchitecture.of(file.path(), architecture);
        }
        if (metadata.optionalInteger(key("expert_count")).orElse(0) > 0) {
            throw UnsupportedArchitecture.of(file.path(), architecture + " with experts");
        }
        String scaling = metadata.optionalString(key("rope.scaling.type")).orElse("none");
        if (!scaling.equals("none")) {
            throw UnsupportedArchitecture.of(
                    file.path(), architecture + " with rope scaling " + scaling);
        }
    }

    private void requireWholeHeadRotated(int headSize) {
        int rotated = metadata.optionalInteger(key("rope.dimension_count")).orElse(headSize);
        if (rotated != headSize) {
            throw UnsupportedArchitecture.of(
                    file.path(),
                    "%s that rotates %d of %d elements".formatted(architecture, rotated, headSize));
        }
    }

    private RopeScaling scaling(double theta, int headSize) {
        StoredTensor factors = file.tensors().get("rope_freqs.weight");
        if (factors == null) return RopeScaling.none();
        return RopeFrequencies.recognise(factors.read(), theta, headSize, file.path().toString());
    }

    private String key(String name) {
        return architecture + "." + name;
    }
}
