package dev.rejoinder.trainer.evaluate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.score.Pack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fixed text of our own that no run trains on: an adapter that finds it much less likely than the
 * base does has forgotten language. It is prose of many kinds, about 5,700 words, read as one text:
 * how likely the replies of a chat are, or the first words of a text, says how far the users' wish
 * has moved the model, which is what it was trained for.
 */
final class HeldOutText {
    private static final String RESOURCE = "held-out-text.json";

    /** Tokens read at once, fewer in a shorter context: few of them have little before them. */
    private static final int WINDOW = 1024;

    private final List<Pack> packs;

    private HeldOutText(List<Pack> packs) {
        this.packs = packs;
    }

    private record Content(List<String> prose) {}

    /** The text as the model's tokens. */
    static HeldOutText of(LanguageModel model) {
        Content content = read();
        int window = Math.min(WINDOW, model.info().contextLength());
        String text = String.join("\n\n", content.prose());
        return new HeldOutText(Pack.windows(model.tokenizer().encode(text), window));
    }

    /**
     * {@code exp} of the mean negative log-probability of every token but the first of a window.
     */
    double perplexity(Scorer scorer, @Nullable Adapter adapter) {
        double sum = 0;
        long tokens = 0;
        for (float[][] scored : scorer.score(packs, adapter))
            for (float p : scored[0]) {
                sum += p;
                tokens++;
            }
        return Math.exp(-sum / tokens);
    }

    private static Content read() {
        try (InputStream in = HeldOutText.class.getResourceAsStream(RESOURCE)) {
            if (in == null)
                throw new IllegalStateException(RESOURCE + " is missing from the trainer's jar");
            return JsonMapper.builder().build().readValue(in, Content.class);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " is unreadable", e);
        }
    }
}
