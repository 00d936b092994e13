package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDManager;
import dev.rejoinder.lm.Priority;
import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.djl.NextTokens.Next;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.lm.token.Tokenizer;
import dev.rejoinder.lm.vector.Logits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Continuous batching over one paged cache. A step decodes one token for every row whose text is
 * read, and reads some tokens of those whose text is not. What texts have in common from the first
 * token on is read once, also after the text that it was read for has ended.
 */
final class TorchGenerator implements BatchGenerator {
    private final NativeGate gate;
    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final ChatEncoder chat;
    private final int capacity;
    private final RowCache cache;
    private final Pace pace;
    private final NextTokens nextTokens;
    private final Queue<Row> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final List<Row> running = new ArrayList<>();

    /** Rows that gave their room up; they come back before any that waits. */
    private final Deque<Row> preempted = new ArrayDeque<>();

    /** Nanoseconds that this step's passes took, without what they waited for others' passes. */
    private long computed;

    private boolean shortestFirst;
    private volatile int runningCount;
    private volatile int heldBlocks;
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
        this.capacity = capacity;
        this.cache = new RowCache(decoder, options.cachedTokens());
        this.pace = new Pace(options.prefillTokens());
        this.nextTokens = new NextTokens(decoder.head());
    }

    @Override
    public Ticket add(GenerationRequest request, TokenSink sink) {
        if (closed) throw new IllegalStateException("the generator is closed");
        TokenIds.requireKnown(request.prompt(), decoder.config());
        int length = request.prompt().length;
        int context = decoder.config().contextLength();
        if (length + (long) request.maxTokens() > context)
            throw new IllegalArgumentException(
                    "a prompt of %d tokens and max_tokens of %d exceed the model's context of %d; ask for at most %d after this prompt"
                            .formatted(
                                    length,
                                    request.maxTokens(),
                                    context,
                                    Math.max(0, context - length)));
        if (length + 1 > cache.tokens())
            throw new IllegalArgumentException(
                    "a prompt of %d tokens does not fit the %d tokens that the cache holds; shorten it or raise rejoinder.model.cached-tokens"
                            .formatted(length, cache.tokens()));
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
        begin();
        List<Row> decoding = running.stream().filter(r -> r.table != null && r.decodes()).toList();
        provide(decoding);
        StepPlan next = StepPlan.decode(decoding);
        StepPlan prompts =
                StepPlan.prompts(unread(), pace.promptTokens(next.tokens()), decoder::ragged);
        computed = 0;
        if (prompts.tokens() + next.tokens() <= decoder.mostTogether()) {
            advance(prompts.with(next));
        } else {
            advance(prompts);
            advance(next);
        }
        pace.made(next.tokens(), prompts.tokens(), computed);
        return !running.isEmpty() || !preempted.isEmpty() || !waiting.isEmpty();
    }

    /**
     * Rows whose text is not read: one step the oldest first, the next the one with the least left.
     * A long prompt then has half of the steps, and a short one behind it waits for one.
     */
    private List<Row> unread() {
        shortestFirst = !shortestFirst;
        if (!shortestFirst) return running;
        return running.stream().sorted(Comparator.comparingInt(Row::unread)).toList();
    }

    private void endCancelled() {
        for (Row row : running)
            if (row.cancelled()) guarded(row, () -> row.finish(FinishReason.CANCELLED));
        dropEnded();
        for (Queue<Row> queue : List.of(waiting, preempted))
            for (Row row : List.copyOf(queue))
                if (row.cancelled() && queue.remove(row)) {
                    waitingCount.decrementAndGet();
                    guarded(row, () -> row.finish(FinishReason.CANCELLED));
                }
    }

    /** In order of arrival, as long as rows and blocks are left. */
    private void admit() {
        while (running.size() < capacity) {
            Queue<Row> queue = preempted.isEmpty() ? waiting : preempted;
            Row row = queue.peek();
            if (row == null) return;
            if (!running.isEmpty() && !cache.hasRoomFor(row, running)) return;
            queue.remove();
            running.add(row);
            runningCount = running.size();
            waitingCount.decrementAndGet();
        }
    }

    /**
     * Rows that have not begun do so, unless another is just reading what they begin with, and most
     * of what it has to read: then they wait for it.
     */
    private void begin() {
        List<Row> leaders = new ArrayList<>();
        for (Row row : running) {
            if (row.table == null && !follows(row, leaders)) cache.begin(row);
            if (row.unread() > 1) leaders.add(row);
        }
    }

    private boolean follows(Row row, List<Row> leaders) {
        if (leaders.isEmpty()) return false;
        int found = cache.found(row);
        return leaders.stream()
                .filter(l -> l.adapter() == row.adapter())
                .anyMatch(l -> l.unread() < 2 * (cache.shared(l, row) - found));
    }

    /** Room for the next token of each; where there is none the newest row gives its own. */
    private void provide(List<Row> decoding) {
        for (Row row : decoding)
            while (row.table != null && !row.done() && !cache.extend(row)) preemptNewest();
        dropEnded();
    }

    /** The last row in its room can grow no more: its reply ends there. */
    private void preemptNewest() {
        List<Row> holders = running.stream().filter(r -> r.table != null && !r.done()).toList();
        Row newest = holders.getLast();
        if (holders.size() == 1) {
            guarded(newest, () -> newest.finish(FinishReason.LENGTH));
            return;
        }
        cache.release(newest);
        running.remove(newest);
        preempted.addFirst(newest);
        waitingCount.incrementAndGet();
        runningCount = running.size();
    }

    /** One pass, then a token for every row whose text is read with it. */
    private void advance(StepPlan plan) {
        if (plan.parts().isEmpty()) return;
        try {
            List<Next> next = gate.run(Priority.SERVING, true, () -> timed(plan));
            for (StepPlan.Part part : plan.parts()) part.row().cached += part.tokens();
            for (Next n : next) take(n);
        } catch (RuntimeException e) {
            for (Row row : plan.rows()) failed(row, e);
        }
        dropEnded();
    }

    private void take(Next next) {
        Row row = next.row();
        if (next.failure() != null) {
            failed(row, next.failure());
            return;
        }
        cache.publish(row);
        guarded(row, () -> row.accept(next.orThrow()));
    }

    private void failed(Row row, RuntimeException e) {
        cache.discard(row);
        guarded(row, () -> row.fail(e));
    }

    private List<Next> timed(StepPlan plan) {
        long begun = System.nanoTime();
        try {
            return compute(plan);
        } finally {
            computed += System.nanoTime() - begun;
        }
    }

    private List<Next> compute(StepPlan plan) {
        if (decoder.ragged(plan.tokens())) {
            StepPlan sorted = plan.sortedByAdapter();
            Logits logits = decoder.read(sorted.tokenBatch(), cache.memory().paged());
            return nextTokens.of(logits, sorted.ready());
        }
        Pass pass = plan.pass(decoder.config().slidingWindow(), decoder.lengths());
        try (var into = (PtNDManager) decoder.manager().newSubManager()) {
            var hidden = decoder.hidden(into, pass, plan.adapters(), cache.memory().tensors());
            List<Row> ready = plan.ready();
            return ready.isEmpty() ? List.of() : nextTokens.of(into, hidden, ready);
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

    private void dropEnded() {
        running.removeIf(row -> {
            if (row.done()) cache.release(row);
            return row.done();
        });
        heldBlocks = cache.held();
        runningCount = running.size();
    }

    /** As of the last step. */
    int heldBlocks() {
        return heldBlocks;
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
        dropEnded();
        endWaiting();
        if (!decoder.closed())
            gate.run(
                    Priority.SERVING,
                    () -> {
                        cache.close();
                        return this;
                    });
    }

    private void endWaiting() {
        for (Queue<Row> queue : List.of(waiting, preempted))
            for (Row row = queue.poll(); row != null; row = queue.poll()) {
                Row ended = row;
                waitingCount.decrementAndGet();
                guarded(ended, () -> ended.finish(FinishReason.CANCELLED));
            }
    }
}
