package dev.rejoinder.standalone.soak;

import dev.rejoinder.bench.soak.Leaving;
import dev.rejoinder.bench.soak.Outcome;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.TokenSink;
import org.jspecify.annotations.Nullable;

/** One client: takes a reply, or goes away at the moment that was planned. */
final class SoakStream implements TokenSink {
    private final Leaving leaving;
    private final Hearer hearer;
    private final Object stateLock = new Object();
    private BatchGenerator.@Nullable Ticket ticket;
    private boolean begun;
    private int passes;
    private int tokens;

    /** Where the request was when it was given up. */
    private @Nullable Outcome left;

    private boolean ended;

    /** Who counts. */
    interface Hearer {
        /** The batch has taken the request, and holds its adapter by itself from now on. */
        void begun();

        /** Once, after everything else. */
        void ended(Outcome outcome);

        /** What must not happen. */
        void fault(String what);
    }

    SoakStream(Leaving leaving, Hearer hearer) {
        this.leaving = leaving;
        this.hearer = hearer;
    }

    /** The request is in the queue; its first tokens may have come before. */
    void asked(BatchGenerator.Ticket given) {
        boolean leaves;
        synchronized (stateLock) {
            ticket = given;
            leaves = left != null;
        }
        if (leaves) given.cancel();
        else if (leaving instanceof Leaving.Waiting) leave();
    }

    void begun() {
        synchronized (stateLock) {
            begun = true;
        }
        hearer.begun();
        leaveBefore();
    }

    /**
     * The batch made a pass.
     *
     * @return whether the next one is of interest as well
     */
    boolean passed() {
        boolean reads;
        synchronized (stateLock) {
            passes++;
            reads = tokens == 0 && !ended;
        }
        leaveBefore();
        return reads && leaving instanceof Leaving.Reading;
    }

    private void leaveBefore() {
        if (leaving instanceof Leaving.Reading(int most) && passes >= most) leave();
    }

    @Override
    public void token(GeneratedToken token) {
        boolean enough;
        synchronized (stateLock) {
            if (ended) hearer.fault("a token came after the end");
            tokens++;
            enough = leaving instanceof Leaving.Decoding(int most) && tokens >= most;
        }
        if (enough) leave();
    }

    private void leave() {
        BatchGenerator.Ticket held;
        synchronized (stateLock) {
            if (ended || left != null) return;
            if (!begun) left = Outcome.CANCELLED_WAITING;
            else left = tokens == 0 ? Outcome.CANCELLED_READING : Outcome.CANCELLED_DECODING;
            held = ticket;
        }
        if (held != null) held.cancel();
    }

    @Override
    public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {
        Outcome outcome;
        synchronized (stateLock) {
            if (ended) {
                hearer.fault("a request ended twice, the second time with " + reason);
                return;
            }
            ended = true;
            outcome = outcome(reason);
        }
        if (error != null) hearer.fault("a request failed: " + error);
        else if (outcome == Outcome.FAILED) hearer.fault("a request ended with " + reason);
        hearer.ended(outcome);
    }

    /** A request that nobody gave up is not cancelled. */
    private Outcome outcome(FinishReason reason) {
        return switch (reason) {
            case STOP, LENGTH -> Outcome.FINISHED;
            case CANCELLED -> left == null ? Outcome.FAILED : left;
            case ERROR -> Outcome.FAILED;
        };
    }
}
