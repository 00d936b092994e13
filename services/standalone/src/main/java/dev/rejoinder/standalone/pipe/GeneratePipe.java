package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.ChatChecks;
import dev.rejoinder.inference.chat.ChatDefaults;
import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.ReplyPlan;
import dev.rejoinder.inference.chat.ReplyPlanner;
import dev.rejoinder.inference.chat.http.WishReader;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Chat completions on a model in this process; lines under way share one batch. */
public final class GeneratePipe implements JsonLines.Answer, AutoCloseable {
    /** Rows decoded together. */
    public static final int WINDOW = 8;

    private static final ChatDefaults DEFAULTS = new ChatDefaults(1, 1, 512);
    private static final ChatLine.Limits ONE_REPLY = new ChatLine.Limits(1, 1, 1);

    private final LanguageModel model;
    private final @Nullable Adapter adapter;
    private final Clock clock;
    private final ReplyPlanner planner;
    private final BatchGenerator generator;
    private final Semaphore work = new Semaphore(0);
    private final Thread stepper;
    private volatile boolean closed;

    public GeneratePipe(LanguageModel model, @Nullable Adapter adapter, Clock clock) {
        this.model = model;
        this.adapter = adapter;
        this.clock = clock;
        this.planner =
                new ReplyPlanner(model, DEFAULTS, () -> ThreadLocalRandom.current().nextLong());
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
        ChatRequest.Wish wish = wish(line);
        int[] prompt = model.chat().prompt(ChatLine.messages(line, Role.USER));
        ReplyPlan plan = planner.plan(wish, prompt.length);
        GenerationRequest request =
                new GenerationRequest(
                        prompt,
                        plan.sampling(),
                        plan.maxTokens(),
                        wish.stop(),
                        adapter,
                        plan.constraint());
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

    /** What a call may wish, but for what one object a line has no room for. */
    private static ChatRequest.Wish wish(ObjectNode line) {
        ChatRequest.Wish wish = WishReader.read(line);
        ChatChecks.checkWish(wish);
        ChatLine.integer(line, "n", ONE_REPLY);
        if (wish.logProbs())
            throw new BadLine(
                    "logprobs are given by a running platform only; start one, or leave it out");
        return wish;
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
