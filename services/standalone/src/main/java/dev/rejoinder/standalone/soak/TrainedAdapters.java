package dev.rejoinder.standalone.soak;

import dev.rejoinder.bench.Prompts;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.lm.train.TokenObjective;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Adapters on disk, the oldest of which is trained anew now and then. */
final class TrainedAdapters {
    private static final int FOLDERS = 3;
    private static final int PROMPT = 24;
    private static final int REPLY = 16;
    private static final double LEARNING_RATE = 1e-3;

    private final LanguageModel model;
    private final Path root;
    private final Saved[] saved = new Saved[FOLDERS];
    private int trained;
    private int given;

    /**
     * @param digest SHA-256 of its weights' file
     */
    record Saved(Path folder, String digest) {}

    TrainedAdapters(LanguageModel model, Path root) {
        this.model = model;
        this.root = root;
        for (int i = 0; i < FOLDERS; i++) train();
    }

    /** Each in turn. */
    Saved next() {
        return saved[given++ % FOLDERS];
    }

    /** One step of LoRA on two short replies, saved in a folder of its own. */
    void train() {
        Path folder = root.resolve("adapter-" + trained % FOLDERS);
        try (LoraTraining training = model.train(AdapterConfig.attention(), trained, 0)) {
            training.accumulate(pair(), TrainedAdapters::likelihood, 1);
            training.update(LEARNING_RATE, 1);
            training.saveAdapter(folder);
            byte[] weights = Files.readAllBytes(folder.resolve("adapter_model.safetensors"));
            String digest = HexFormat.of().formatHex(Digests.newSha256().digest(weights));
            saved[trained++ % FOLDERS] = new Saved(folder, digest);
        } catch (IOException e) {
            throw new CannotGoOn("an adapter cannot be written: " + e.getMessage(), e);
        }
    }

    private Pack pair() {
        return new Pack(ids(0, PROMPT), List.of(ids(1, REPLY), ids(2, REPLY + trained % 8)));
    }

    private int[] ids(int part, int count) {
        return Prompts.ids(model.info().vocabulary(), 3L * trained + part, count);
    }

    /** The mean negative log-likelihood of both. */
    private static TokenObjective.Value likelihood(float[][] logProbs) {
        int tokens = logProbs[0].length + logProbs[1].length;
        double loss = 0;
        float[][] gradient = new float[2][];
        for (int c = 0; c < 2; c++) {
            for (float p : logProbs[c]) loss -= p / tokens;
            gradient[c] = new float[logProbs[c].length];
            Arrays.fill(gradient[c], -1f / tokens);
        }
        return new TokenObjective.Value(loss, gradient);
    }
}
