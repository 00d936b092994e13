package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.TokenSink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a request was answered. */
final class Reply implements TokenSink {
    private final List<GeneratedToken> tokens = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private @Nullable FinishReason reason;
    private @Nullable RuntimeException error;

    static GenerationRequest greedy(int[] prompt, int maxTokens) {
        return new GenerationRequest(prompt, Sampling.greedy(), maxTokens, List.of(), null);
    }

    @Override
    public void token(GeneratedToken token) {
        tokens.add(token);
        text.append(token.text());
    }

    @Override
    public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {
        if (this.reason != null) throw new IllegalStateException("finished twice");
        this.reason = reason;
        this.error = error;
        text.append(rest);
    }

    List<Integer> ids() {
        return tokens.stream().map(GeneratedToken::id).toList();
    }

    List<GeneratedToken> tokens() {
        return tokens;
    }

    String text() {
        return text.toString();
    }

    @Nullable FinishReason reason() {
        return reason;
    }

    @Nullable RuntimeException error() {
        return error;
    }
}
