package dev.rejoinder.inference.chat;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.Truncation;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Settles how a reply is made: the client's wishes, the defaults and the model's limits. */
public final class ReplyPlanner {
    private final LanguageModel model;
    private final ChatDefaults defaults;
    private final LongSupplier seeds;
    private final Constraints constraints;

    /**
     * @param seeds for chats that bring none
     */
    public ReplyPlanner(LanguageModel model, ChatDefaults defaults, LongSupplier seeds) {
        this.model = model;
        this.defaults = defaults;
        this.seeds = seeds;
        this.constraints = new Constraints(model);
    }

    /**
     * @param wish that passed {@link ChatChecks#checkWish}
     * @param promptTokens before the reply
     * @throws Refusal if this model cannot do it: too long, an unknown token, an unsupported schema
     */
    public ReplyPlan plan(ChatRequest.Wish wish, int promptTokens) {
        return new ReplyPlan(
                sampling(wish), constraints.of(wish.json()), maxTokens(wish, promptTokens));
    }

    private int maxTokens(ChatRequest.Wish wish, int promptTokens) {
        int context = model.info().contextLength();
        int room = context - promptTokens;
        if (room < 1)
            throw exceeded(
                    "messages",
                    promptTokens,
                    context,
                    "messages of %d tokens leave no room for a reply in the model's context of %d; shorten them to at most %d tokens"
                            .formatted(promptTokens, context, context - 1));
        Integer wanted = wish.maxTokens();
        if (wanted == null) return Math.min(defaults.maxTokens(), room);
        if (wanted > room)
            throw exceeded(
                    "max_tokens",
                    promptTokens + (long) wanted,
                    context,
                    "max_tokens of %d after a prompt of %d exceeds the model's context of %d; ask for at most %d after this prompt"
                            .formatted(wanted, promptTokens, context, room));
        return wanted;
    }

    private static Refusal exceeded(String field, long tokens, int limit, String message) {
        return new Refusal(
                Refusal.Kind.INVALID,
                ErrorReason.ERROR_REASON_CONTEXT_EXCEEDED,
                message,
                Map.of(
                        "field",
                        field,
                        "tokens",
                        String.valueOf(tokens),
                        "limit",
                        String.valueOf(limit)));
    }

    private Sampling sampling(ChatRequest.Wish wish) {
        ChatRequest.Draw draw = wish.draw();
        DrawChecks.checkTokens(draw.logitBias(), model.info().vocabulary());
        Long seed = draw.seed();
        Integer topK = draw.topK();
        return new Sampling(
                or(draw.temperature(), defaults.temperature()),
                new Truncation(
                        topK == null ? 0 : topK,
                        or(draw.topP(), defaults.topP()),
                        or(draw.minP(), 0)),
                new Penalties(
                        or(draw.repetitionPenalty(), 1),
                        or(draw.presencePenalty(), 0),
                        or(draw.frequencyPenalty(), 0)),
                draw.logitBias(),
                seed == null ? seeds.getAsLong() : seed,
                wish.topLogProbs());
    }

    private static double or(@Nullable Double wished, double standard) {
        return wished == null ? standard : wished;
    }
}
