package dev.rejoinder.inference.chat;

import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.TokenSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One chat from its first step to its last reply on disk. It runs on the chat's own thread and
 * returns only when every row has left the batch, whatever the client or the listener did.
 *
 * <p>The queue is bounded by the tokens that were asked for.
 */
final class ChatRun {
    private final PreparedChat chat;
    private final TurnLog turns;
    private final ChatObserver observer;
    private final long arrival;
    private final BlockingQueue<ReplyEvent> events = new LinkedBlockingQueue<>();
    private final List<GrowingReply> replies;
    private List<BatchGenerator.Ticket> tickets = List.of();
    private volatile boolean clientGone;
    private @Nullable RuntimeException failure;
    private int open;

    /**
     * @param arrival {@code System.nanoTime()} when the request came in
     */
    ChatRun(PreparedChat chat, TurnLog turns, ChatObserver observer, long arrival) {
        this.chat = chat;
        this.turns = turns;
        this.observer = observer;
        this.arrival = arrival;
        this.replies = IntStream.range(0, chat.request().n()).mapToObj(GrowingReply::new).toList();
        this.open = replies.size();
    }

    /**
     * Generates and keeps all replies.
     *
     * @return false if the client went away before the end
     * @throws Refusal if the queue is full; nothing has begun then
     */
    boolean run(Scheduler scheduler, ReplyListener listener) {
        List<Scheduler.Job> jobs = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++)
            jobs.add(new Scheduler.Job(chat.generation(i), sink(i)));
        tickets = scheduler.submit(chat.request().author().share(), jobs);
        tell(() ->
                listener.begun(
                        new ReplyListener.Begun(
                                chat.completionId(),
                                chat.served().version(),
                                chat.prompt().length,
                                this::clientWentAway)));
        while (open > 0) handle(next(), listener);
        if (failure != null) throw failure;
        return !clientGone;
    }

    private TokenSink sink(int index) {
        return new TokenSink() {
            @Override
            public void token(GeneratedToken token) {
                events.add(new ReplyEvent.Drawn(index, token, System.nanoTime() - arrival));
            }

            @Override
            public void finished(
                    FinishReason reason, String rest, @Nullable RuntimeException error) {
                events.add(new ReplyEvent.Ended(index, reason, rest, error));
            }
        };
    }

    private ReplyEvent next() {
        while (true) {
            try {
                return events.take();
            } catch (InterruptedException e) {
                // Rows hold native memory: they are ended and awaited, never left behind.
                failWith(Refusal.unavailable("the service is stopping; try another node"));
            }
        }
    }

    private void handle(ReplyEvent event, ReplyListener listener) {
        GrowingReply reply = replies.get(event.index());
        switch (event) {
            case ReplyEvent.Drawn drawn -> {
                reply.add(drawn.token(), drawn.nanos());
                tell(() -> listener.token(drawn.index(), drawn.token()));
            }
            case ReplyEvent.Ended ended -> end(reply, ended, listener);
            case ReplyEvent.Kept kept -> {
                if (kept.failure() == null) {
                    observer.recorded();
                    finish(reply, listener);
                } else {
                    open--;
                    failWith(notKept(kept.failure()));
                }
            }
        }
    }

    private void end(GrowingReply growing, ReplyEvent.Ended ended, ReplyListener listener) {
        Reply reply = growing.end(ended.reason(), ended.rest());
        observer.spent(reply);
        switch (ended.reason()) {
            case STOP, LENGTH -> {}
            case CANCELLED -> {
                if (!clientGone)
                    failWith(Refusal.unavailable("the service is stopping; try another node"));
            }
            case ERROR -> failWith(engineFailure(ended.error()));
        }
        if (isAnswer(reply) && chat.request().recorded()) keep(reply);
        else finish(growing, listener);
    }

    /** Complete replies, and what a client got before it went away. */
    private boolean isAnswer(Reply reply) {
        return switch (reply.reason()) {
            case STOP, LENGTH -> true;
            case CANCELLED -> clientGone && !reply.tokens().isEmpty();
            case ERROR -> false;
        };
    }

    private void keep(Reply reply) {
        observer.toRecord();
        turns.keep(Turn.of(chat, reply))
                .whenComplete(
                        (done, broken) -> events.add(new ReplyEvent.Kept(reply.index(), broken)));
    }

    private void finish(GrowingReply growing, ReplyListener listener) {
        open--;
        FinishReason reason = growing.reply().reason();
        if (reason == FinishReason.STOP || reason == FinishReason.LENGTH)
            tell(() -> listener.finished(growing.reply(), growing.rest()));
    }

    /** Speaks to the listener as long as there is somebody to hear it. */
    private void tell(Runnable news) {
        if (clientGone || failure != null) return;
        try {
            news.run();
        } catch (RuntimeException e) {
            failWith(e);
        }
    }

    private void clientWentAway() {
        clientGone = true;
        tickets.forEach(BatchGenerator.Ticket::cancel);
    }

    private void failWith(RuntimeException reason) {
        if (failure == null) failure = reason;
        tickets.forEach(BatchGenerator.Ticket::cancel);
    }

    private static RuntimeException engineFailure(@Nullable RuntimeException error) {
        return new IllegalStateException("the model failed while it generated", error);
    }

    private static Refusal notKept(Throwable reason) {
        return Refusal.unavailable(
                "the turn could not be written to disk (%s); free disk space on the node and try again"
                        .formatted(reason.getMessage()));
    }
}
