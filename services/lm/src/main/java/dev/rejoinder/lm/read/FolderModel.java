package dev.rejoinder.lm.read;

import dev.rejoinder.lm.token.BpeTokenizer;
import java.nio.file.Path;

/** A model folder as the Hugging Face hub has it. */
final class FolderModel {
    private FolderModel() {}

    static ModelFiles open(Path folder) {
        Path configFile = folder.resolve("config.json");
        JsonFile.read(configFile);
        ShardedWeights weights = ShardedWeights.open(folder);
        try {
            ModelConfig config = config(configFile, weights);
            RequiredTensors.check(folder, config, weights);
            FolderTokens tokens = new FolderTokens(folder);
            BpeTokenizer tokenizer = tokens.tokenizer();
            TokenRows.check(folder, config, tokenizer);
            return new ModelFiles(
                    ModelName.of(folder),
                    weights.digest(),
                    config,
                    weights,
                    tokenizer,
                    tokens.chat(tokenizer));
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static ModelConfig config(Path file, ShardedWeights weights) {
        try {
            return JsonConfig.read(file, weights.names());
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(
                    file + ": " + e.getMessage() + "; use the file that came with the weights", e);
        }
    }
}
