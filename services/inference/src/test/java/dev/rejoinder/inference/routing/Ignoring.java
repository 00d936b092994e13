package dev.rejoinder.inference.routing;

import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.TokenSink;
import org.jspecify.annotations.Nullable;

/** Listens to nothing. */
final class Ignoring implements TokenSink {
    static final TokenSink TOKENS = new Ignoring();

    @Override
    public void token(GeneratedToken token) {}

    @Override
    public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {}
}
