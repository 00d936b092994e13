package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.djl.NextTokens.Next;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.lm.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Continuous batching over one cache. A step reads at most a bounded number of prompt tokens and
 * then decodes one token for every row whose prompt is read, so that a long prompt does not stop
 * the others. What prompts in the batch have in common, such as the samples of one chat, is read
 * once and copied. Running rows hold the slots 0 to n - 1: whoever ends gives its slot to the last.
 */
final class TorchGenerator implements BatchGenerator {
    private final NativeGate gate;
    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final ChatEncoder chat;
    private final EngineOptions options;
    private final int capacity;
    private final KvCache cache;
    private final NextTokens nextTokens;
    private final Queue<Row> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final List<Row> running = new ArrayList<>();
    private volatile int runningCount;
    private volatile boolean closed;

    TorchGenerator(
            NativeGate gate,
            Decoder decoder,
            Tokenizer tokenizer,
            ChatEncoder chat,
            EngineOptions options,
            int capacity) {
        if (capacity < 1)
            throw new IllegalArgumentException("capacity of " + capacity + " is below 1");
        this.gate = gate;
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.chat = chat;
        this.options = options;
        this.capacity = capacity;
        this.cache = new KvCache(decoder, capacity);
        this.nextTokens = new NextTokens(decoder.head());
    }

    @Override
    public Ticket add(GenerationRequest request, TokenSink sink) {
        if (closed) throw new IllegalStateException("the generator is closed");
        TokenIds.requireKnown(request.prompt(), decoder.config());
        int context = decoder.config().contextLength();
        if (request.prompt().length + (long) request.maxTokens() > context)
            throw new IllegalArgumentException(
                    "a prompt of %d tokens and max_tokens of %d exceed the model's context of %d; ask for at most %d after this prompt"
                            .formatted(
                                    request.prompt().length,
                                    request.maxTokens(),
                                    context,
                                    Math.max(0, context - request.prompt().length)));
        var adapter = TorchAdapter.requireOf(decoder, request.adapter());
        var row = new Row(request, adapter, sink, tokenizer, chat);
        waitingCount.incrementAndGet();
        waiting.add(row);
        if (closed) endWaiting();
        return row;
    }

    @Override
    public boolean step() {
        endCancelled();
        admit();
        shareBeginnings();
        int window = decoder.config().slidingWindow();
        var prompts = StepPlan.prefill(running, options.prefillTokens(), window);
        List<Row> decoding = running.stream().filter(Row::decodes).toList();
        if (prompts != null) advance(prompts);
        if (!decoding.isEmpty()) advance(StepPlan.decode(decoding, window));
        if (running.isEmpty()) gate.run(Priority.SERVING, this::releaseCache);
        return !running.isEmpty() || !waiting.isEmpty();
    }

    private Object releaseCache() {
        cache.release();
        return this;
    }

    private void endCancelled() {
        for (Row row : List.copyOf(running))
            if (row.cancelled()) guarded(row, () -> row.finish(FinishReason.CANCELLED));
        compact();
        for (Row row : waiting)
            if (row.cancelled() && waiting.remove(row)) {
                waitingCount.decrementAndGet();
                guarded(row, () -> row.finish(FinishReason.CANCELLED));
            }
    }

    /** In order of arrival, as long as slots and the cache's bound allow. */
    private void admit() {
        int longest = running.stream().mapToInt(Row::plannedLength).max().orElse(0);
        while (running.size() < capacity) {
            Row row = waiting.peek();
            if (row == null) return;
            longest = Math.max(longest, row.plannedLength());
            boolean fits = KvCache.tokens(running.size() + 1, longest) <= options.cachedTokens();
            if (!fits && !running.isEmpty()) return;
            waiting.remove();
            row.slot = running.size();
            running.add(row);
            runningCount = running.size();
            waitingCount.decrementAndGet();
        }
    }

    /** Rows that have not begun take over what another row has read of the same beginning. */
    private void shareBeginnings() {
        for (Row row : running) {
            if (row.cached > 0) continue;
            for (Row other : running) {
                int shared = Math.min(row.sharedBeginning(other), other.cached);
                if (!row.isWorthSharing(shared)) continue;
                copyBeginning(other, row, shared);
                break;
            }
        }
    }

    private void copyBeginning(Row source, Row target, int tokens) {
        gate.run(
                Priority.SERVING,
                () -> {
                    cache.atLeast(running.size(), tokens);
                    cache.move(source.slot, target.slot, tokens);
                    return this;
                });
        target.read(tokens);
    }

    /** One native pass, then a token for every row whose prompt is read with it. */
    private void advance(StepPlan plan) {
        try {
            List<Next> next = gate.run(Priority.SERVING, true, () -> compute(plan));
            for (Row row : plan.rows()) row.read(plan.length(row));
            for (Next n : next) guarded(n.row(), () -> n.row().accept(n.orThrow()));
        } catch (RuntimeException e) {
            for (Row row : plan.rows()) guarded(row, () -> row.fail(e));
        }
        compact();
    }

    private List<Next> compute(StepPlan plan) {
        IValue tensors = cache.atLeast(running.size(), plan.reach());
        try (var into = (PtNDManager) decoder.manager().newSubManager()) {
            Pass pass = plan.pass();
            if (pass.select().length == 0) {
                decoder.hidden(into, pass, plan.adapters(), tensors);
                return List.of();
            }
            var hidden = decoder.hidden(into, pass, plan.adapters(), tensors);
            List<Next> next = nextTokens.of(into, hidden, plan.ready());
            for (Next n : next) if (n.failed()) cache.clear(n.row().slot);
            return next;
        }
    }

    /** A row's own failure, or its sink's, ends that row only. */
    private static void guarded(Row row, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            try {
                row.fail(e);
            } catch (RuntimeException sinkFailed) {
                e.addSuppressed(sinkFailed);
            }
        }
    }

    /** Takes ended rows out; the last running row moves into each hole. */
    private void compact() {
        for (int i = running.size() - 1; i >= 0; i--) {
            Row ended = running.get(i);
            if (!ended.done()) continue;
            Row last = running.removeLast();
            if (last == ended) continue;
            int hole = ended.slot;
            running.set(i, last);
            if (last.cached > 0)
                gate.run(
                        Priority.SERVING,
                        () -> {
                            cache.move(last.slot, hole, last.cached);
                            return this;
                        });
            last.slot = hole;
        }
        runningCount = running.size();
    }

    @Override
    public int running() {
        return runningCount;
    }

    @Override
    public int waiting() {
        return waitingCount.get();
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void close() {
        closed = true;
        for (Row row : running) guarded(row, () -> row.finish(FinishReason.CANCELLED));
        endWaiting();
        running.clear();
        runningCount = 0;
        if (!decoder.closed()) gate.run(Priority.SERVING, this::releaseCache);
    }

    private void endWaiting() {
        for (Row row = waiting.poll(); row != null; row = waiting.poll()) {
            Row ended = row;
            waitingCount.decrementAndGet();
            guarded(ended, () -> ended.finish(FinishReason.CANCELLED));
        }
    }
}
