package dev.rejoinder.inference.chat;

import dev.rejoinder.inference.routing.VersionRouter;
import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Answers chats, whichever way they come in.
 *
 * <ul>
 *   <li>One version answers all replies of a chat, from the first token to the last.
 *   <li>A reply counts as given when its turn is on disk.
 *   <li>A client that goes away ends its rows; what it got is kept.
 * </ul>
 */
public final class ChatService {
    private final Preparation preparation;
    private final Scheduler scheduler;
    private final TurnLog turns;
    private final ChatObserver observer;
    private final Object activeLock = new Object();
    private int active;

    /**
     * @param seeds for chats that bring none
     */
    public ChatService(
            LanguageModel model,
            VersionRouter router,
            ChatDefaults defaults,
            LongSupplier seeds,
            Scheduler scheduler,
            TurnLog turns,
            ChatObserver observer) {
        this.preparation = new Preparation(model, router, defaults, seeds);
        this.scheduler = scheduler;
        this.turns = turns;
        this.observer = observer;
    }

    /**
     * Answers on the calling thread; returns when the listener has heard everything.
     *
     * @throws Refusal if the chat is wrong, the queue or the spool is full; the listener may have
     *     heard tokens already only if the node failed in the middle
     */
    public void answer(ChatRequest request, ReplyListener listener) {
        long arrival = System.nanoTime();
        count(1);
        try {
            if (request.recorded()) turns.requireRoom();
            answer(request, listener, arrival);
        } catch (Refusal refusal) {
            observer.refused(refusal);
            throw refusal;
        } catch (RuntimeException e) {
            observer.failed();
            throw e;
        } finally {
            count(-1);
        }
    }

    private void answer(ChatRequest request, ReplyListener listener, long arrival) {
        PreparedChat chat = preparation.prepare(request);
        boolean complete;
        try {
            complete = new ChatRun(chat, turns, observer, arrival).run(scheduler, listener);
        } finally {
            chat.served().release();
        }
        if (complete)
            observer.answered(
                    chat.served().version(),
                    chat.prompt().length,
                    request.n(),
                    System.nanoTime() - arrival);
        else observer.cancelled();
    }

    private void count(int change) {
        synchronized (activeLock) {
            active += change;
            activeLock.notifyAll();
        }
    }

    /** Waits until no chat is being answered, or the patience is over. */
    public void awaitIdle(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (activeLock) {
            try {
                long millis = patience.toMillis();
                while (active > 0 && millis > 0) {
                    activeLock.wait(millis);
                    millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
