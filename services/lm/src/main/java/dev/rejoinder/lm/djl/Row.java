package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.lm.paging.BlockTable;
import dev.rejoinder.lm.token.Tokenizer;
import dev.rejoinder.lm.vector.PagedCache;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request in the batch: its text so far, and how much of it is in the cache. */
final class Row implements BatchGenerator.Ticket {
    private final GenerationRequest request;
    private final @Nullable TorchAdapter adapter;
    private final TokenSink sink;
    private final Tokenizer tokenizer;
    private final ChatEncoder chat;
    private final ReplyText text;
    private final Sampler sampler;
    private volatile boolean cancelled;
    private boolean done;
    private int[] tokens;
    private int length;

    /** Where the text lies in the cache; null before anything of it is read. */
    @Nullable BlockTable table;

    /** Tokens in the cache. */
    int cached;

    /** Whose weights have read what is in the cache. */
    long owner;

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
        this.tokens = request.prompt();
        this.length = tokens.length;
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

    /** Prompt and reply so far, {@link #length()} tokens and possibly more places. */
    int[] tokens() {
        return tokens;
    }

    int length() {
        return length;
    }

    /** Tokens of the text that are not in the cache; the next one follows the last of them. */
    int unread() {
        return length - cached;
    }

    /**
     * Tokens that a pass may read of a text. The last ones, which no cache can hold as a whole
     * block, are always a pass of their own: then a text is cut alike whether or not what comes
     * before them was cached, and the same request gets the same tokens again.
     */
    int readable() {
        int whole = (length - 1) / PagedCache.BLOCK * PagedCache.BLOCK;
        return cached < whole ? whole - cached : unread();
    }

    /** Whether one position more gives its next token. */
    boolean decodes() {
        return unread() == 1;
    }

    /** Tokens that both texts begin with. */
    int sharedBeginning(Row other) {
        int least = Math.min(length, other.length);
        int differs = Arrays.mismatch(tokens, 0, least, other.tokens, 0, least);
        return differs < 0 ? least : differs;
    }

    /** Takes the next token of the reply and hands on what became certain. */
    void accept(GeneratedToken sampled) {
        if (chat.isStop(sampled.id())) {
            finish(FinishReason.STOP, text.rest(), null);
            return;
        }
        append(sampled.id());
        sampler.wrote(sampled.id());
        String certain = text.add(tokenizer.bytes(sampled.id()));
        sink.token(new GeneratedToken(sampled.id(), certain, sampled.logProb(), sampled.top()));
        if (text.stopped()) finish(FinishReason.STOP, "", null);
        else if (length - request.prompt().length == request.maxTokens())
            finish(FinishReason.LENGTH, text.rest(), null);
    }

    /** The request's own prompt is never written to. */
    private void append(int token) {
        if (length == tokens.length || tokens == request.prompt())
            tokens = Arrays.copyOf(tokens, length + length / 2 + 16);
        tokens[length++] = token;
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
