package dev.rejoinder.lm.read;

import dev.rejoinder.lm.token.BpeTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens models: a GGUF file, or a folder as the Hugging Face hub has it. */
public final class ModelReader {
    private ModelReader() {}

    /**
     * Opens a model and checks that every tensor its configuration asks for is there. Weights are
     * decoded, and checked to be finite, when they are read.
     *
     * @param path a {@code .gguf} file, or a folder with {@code config.json}, safetensors and
     *     {@code tokenizer.json}
     * @throws UnreadableModelException if anything is missing, damaged or not supported
     */
    public static ModelFiles open(Path path) {
        if (Files.isDirectory(path)) return FolderModel.open(path);
        if (Files.isRegularFile(path)) return openGguf(path);
        throw new UnreadableModelException(
                path + " does not exist; give a .gguf file or a folder with config.json");
    }

    private static ModelFiles openGguf(Path path) {
        Gguf file = Gguf.open(path);
        try {
            ModelConfig config = config(file);
            Weights weights = new GgufWeights(file, config);
            RequiredTensors.check(path, config, weights);
            GgufTokens tokens = new GgufTokens(file.metadata());
            BpeTokenizer tokenizer = tokens.tokenizer();
            TokenRows.check(path, config, tokenizer);
            return new ModelFiles(
                    ModelName.of(path),
                    Digests.ofAll(List.of(path)),
                    config,
                    weights,
                    tokenizer,
                    tokens.chat(tokenizer));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static ModelConfig config(Gguf file) {
        try {
            return GgufConfig.of(file);
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(
                    file.path() + ": " + e.getMessage() + "; fetch the file again", e);
        }
    }
}
