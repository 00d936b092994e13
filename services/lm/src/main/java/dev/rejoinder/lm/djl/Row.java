package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.lm.token.Tokenizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request in the batch: what is known of its reply, and how far its prompt is read. */
final class Row implements BatchGenerator.Ticket {
    private static final int PLANNED_REPLY = 512;

    private final GenerationRequest request;
    private final @Nullable TorchAdapter adapter;
    private final TokenSink sink;
    private final Tokenizer tokenizer;
    private final ChatEncoder chat;
    private final ReplyText text;
    private final Sampler sampler;
    private volatile boolean cancelled;
    private boolean done;
    private int generated;
    private int lastToken;

    /** Cache slot; -1 while waiting. */
    int slot = -1;

    /** Tokens in the cache. */
    int cached;

    Row(
            GenerationRequest request,
            @Nullable TorchAdapter adapter,
            TokenSink sink,
            Tokenizer tokenizer,
            ChatEncoder chat) {
        this.request = request;
        this.adapter = adapter;
        this.sink = sink;
        this.tokenizer = tokenizer;
        this.chat = chat;
        this.text = new ReplyText(request.stop());
        this.sampler = new Sampler(request);
        if (adapter != null) adapter.hold();
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    boolean done() {
        return done;
    }

    Sampler sampler() {
        return sampler;
    }

    @Nullable TorchAdapter adapter() {
        return adapter;
    }

    int promptLeft() {
        return Math.max(0, request.prompt().length - cached);
    }

    boolean prefilled() {
        return cached >= request.prompt().length;
    }

    /** Whether one position more gives its next token. */
    boolean decodes() {
        return promptLeft() <= 1;
    }

    /**
     * Tokens that both prompts begin with under the same adapter; the last token of this one's is
     * never counted, because it has to be computed for what follows it.
     */
    int sharedBeginning(Row other) {
        if (other == this || other.adapter != adapter) return 0;
        int[] mine = request.prompt();
        int differs = Arrays.mismatch(mine, other.request.prompt());
        return Math.min(differs < 0 ? mine.length : differs, mine.length - 1);
    }

    /** Whether copying pays: reading many short rests one by one would cost more than it saves. */
    boolean isWorthSharing(int tokens) {
        return tokens > 0 && 2 * tokens >= request.prompt().length;
    }

    /**
     * Tokens in the cache that this row is planned with: clients that set no limit get the whole
     * context as theirs and use little of it.
     */
    int plannedLength() {
        return request.prompt().length + Math.min(request.maxTokens(), PLANNED_REPLY);
    }

    /** The cache holds so many tokens more. */
    void read(int tokens) {
        cached += tokens;
    }

    /** The token at a position that is not yet in the cache. */
    int token(int position) {
        return position < request.prompt().length ? request.prompt()[position] : lastToken;
    }

    /** Takes the next token of the reply and hands on what became certain. */
    void accept(GeneratedToken sampled) {
        lastToken = sampled.id();
        if (chat.isStop(sampled.id())) {
            finish(FinishReason.STOP, text.rest(), null);
            return;
        }
        generated++;
        sampler.wrote(sampled.id());
        String certain = text.add(tokenizer.bytes(sampled.id()));
        sink.token(new GeneratedToken(sampled.id(), certain, sampled.logProb(), sampled.top()));
        if (text.stopped()) finish(FinishReason.STOP, "", null);
        else if (generated == request.maxTokens()) finish(FinishReason.LENGTH, text.rest(), null);
    }

    void finish(FinishReason reason) {
        finish(reason, text.rest(), null);
    }

    void fail(RuntimeException error) {
        finish(FinishReason.ERROR, "", error);
    }

    /** Once only: sinks may throw, and the batch goes on. */
    private void finish(FinishReason reason, String rest, @Nullable RuntimeException error) {
        if (done) return;
        done = true;
        if (adapter != null) adapter.unhold();
        sink.finished(reason, rest, error);
    }
}
