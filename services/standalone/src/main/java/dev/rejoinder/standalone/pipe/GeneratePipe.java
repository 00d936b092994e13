package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.TokenSink;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Chat completions on a model in this process; lines under way share one batch. */
public final class GeneratePipe implements JsonLines.Answer, AutoCloseable {
    /** Rows decoded together. */
    public static final int WINDOW = 8;

    private static final int STANDARD_MAX_TOKENS = 512;

    /** Whole numbers that a JSON number carries exactly everywhere. */
    private static final long MAX_SEED = (1L << 53) - 1;

    private static final long MIN_SEED = -MAX_SEED;

    private final LanguageModel model;
    private final @Nullable Adapter adapter;
    private final Clock clock;
    private final BatchGenerator generator;
    private final Semaphore work = new Semaphore(0);
    private final Thread stepper;
    private volatile boolean closed;

    public GeneratePipe(LanguageModel model, @Nullable Adapter adapter, Clock clock) {
        this.model = model;
        this.adapter = adapter;
        this.clock = clock;
        this.generator = model.generator(WINDOW);
        this.stepper = Thread.ofPlatform().name("generate").start(this::step);
    }

    private void step() {
        while (!closed) {
            work.acquireUninterruptibly();
            while (!closed && generator.step()) Thread.onSpinWait();
        }
    }

    @Override
    public CompletableFuture<ObjectNode> to(ObjectNode line) {
        refuseAnotherModel(line);
        int[] prompt = model.chat().prompt(ChatLine.messages(line, Role.USER));
        int room = model.info().contextLength() - prompt.length;
        if (room < 1)
            throw new BadLine(
                    "the prompt has %d tokens and the model's context %d; shorten it"
                            .formatted(prompt.length, model.info().contextLength()));
        ChatLine.Limits tokens = new ChatLine.Limits(1, room, Math.min(room, STANDARD_MAX_TOKENS));
        GenerationRequest request =
                new GenerationRequest(
                        prompt,
                        sampling(line),
                        (int) ChatLine.integer(line, "max_tokens", tokens),
                        List.of(),
                        adapter);
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        generator.add(request, new Completion(answer, prompt.length));
        work.release();
        return answer;
    }

    /** A line may name the model it means; answering it with another one would be a lie. */
    private void refuseAnotherModel(ObjectNode line) {
        JsonNode named = line.get("model");
        if (named == null || named.isNull()) return;
        String loaded = model.info().name();
        if (!named.asText().equals(loaded))
            throw new BadLine(
                    "model is \"%s\", and \"%s\" is loaded; leave it out, or load the other with --model"
                            .formatted(named.asText(), loaded));
    }

    private static Sampling sampling(ObjectNode line) {
        long drawn = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
        double temperature = ChatLine.number(line, "temperature", new ChatLine.Limits(0, 2, 1));
        double topP = ChatLine.number(line, "top_p", new ChatLine.Limits(1e-6, 1, 1));
        long seed = ChatLine.integer(line, "seed", new ChatLine.Limits(MIN_SEED, MAX_SEED, drawn));
        return new Sampling(temperature, topP, seed, 0);
    }

    /** Gathers one reply and puts it in OpenAI's shape. */
    private final class Completion implements TokenSink {
        private final CompletableFuture<ObjectNode> answer;
        private final int promptTokens;
        private final StringBuilder text = new StringBuilder();
        private int tokens;

        Completion(CompletableFuture<ObjectNode> answer, int promptTokens) {
            this.answer = answer;
            this.promptTokens = promptTokens;
        }

        @Override
        public void token(GeneratedToken token) {
            tokens++;
            text.append(token.text());
        }

        @Override
        public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {
            text.append(rest);
            switch (reason) {
                case STOP -> answer.complete(completion("stop"));
                case LENGTH -> answer.complete(completion("length"));
                case CANCELLED -> answer.completeExceptionally(new BadLine("cancelled"));
                case ERROR ->
                        answer.completeExceptionally(
                                error == null ? new BadLine("the engine failed") : error);
            }
        }

        private ObjectNode completion(String finishReason) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("id", "chatcmpl-" + UUID.randomUUID());
            json.put("object", "chat.completion");
            json.put("created", clock.instant().getEpochSecond());
            json.put("model", model.info().name());
            ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
            choice.putObject("message").put("role", "assistant").put("content", text.toString());
            choice.put("finish_reason", finishReason);
            json.putObject("usage")
                    .put("prompt_tokens", promptTokens)
                    .put("completion_tokens", tokens)
                    .put("total_tokens", promptTokens + tokens);
            return json;
        }
    }

    @Override
    public void close() {
        closed = true;
        work.release();
        try {
            stepper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        generator.close();
    }
}
