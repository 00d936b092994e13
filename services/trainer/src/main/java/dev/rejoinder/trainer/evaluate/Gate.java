package dev.rejoinder.trainer.evaluate;

import static dev.rejoinder.trainer.evaluate.GateCheck.atLeast;
import static dev.rejoinder.trainer.evaluate.GateCheck.atMost;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns measurements into checks. Each known way in which preference training goes wrong is looked
 * for by name: broken language, collapse onto one reply, silence, drifting length, forgetting, and
 * an update that changed nothing.
 */
public record Gate(GateLimits limits) {
    /** Below half or above twice the champion's length is drift, unless the pairs ask for it. */
    private static final double LOOSE_LENGTH = 2;

    /** How much further than the pairs' own ratio the length may go. */
    private static final double LENGTH_SLACK = 3;

    /** A gradient below this moved nothing: float noise. */
    private static final double LEAST_GRADIENT = 1e-6;

    /** Fewer say nothing about the noise. */
    private static final int LEAST_COMPLAINTS = 3;

    public GateReport check(Measurements m) {
        List<GateCheck> checks = new ArrayList<>();
        preference(m, checks);
        language(m, checks);
        replies(m, checks);
        movement(m, checks);
        return new GateReport(checks);
    }

    private void preference(Measurements m, List<GateCheck> checks) {
        checks.add(
                atLeast(
                        "held_out_accuracy",
                        m.heldOut().accuracy(),
                        limits.minHeldOutAccuracy(),
                        "share of "
                                + m.heldOut().pairs()
                                + " held-out pairs whose chosen reply gained more than the"
                                + " rejected one"));
        if (m.complaints().followUps() >= LEAST_COMPLAINTS) complaints(m.complaints(), checks);
    }

    /**
     * A small model asks this question with much noise, and for some wishes finds no gain even
     * where users got what they wanted. So only clear evidence refuses: two standard errors below
     * what was to be expected.
     */
    private void complaints(Measurements.Complaints c, List<GateCheck> checks) {
        double expected = Math.min(limits.minFollowUpGain(), c.wished());
        checks.add(
                atLeast(
                        "follow_up_gain",
                        c.gain(),
                        expected - 2 * c.standardError(),
                        ("nats per token by which %d real complaints are less likely after the new"
                                        + " replies than after the champion's, less the same for"
                                        + " follow-ups that fit any reply; %.3f from rejected to"
                                        + " chosen; the limit is two standard errors lower")
                                .formatted(c.followUps(), c.wished())));
    }

    private void language(Measurements m, List<GateCheck> checks) {
        checks.add(
                atMost(
                        "perplexity_ratio",
                        m.text().ratio(),
                        limits.maxPerplexityRatio(),
                        "perplexity on a fixed text, over the base's: what was forgotten"));
        checks.add(
                atLeast(
                        "base_log_prob",
                        m.baseLogProb(),
                        limits.minBaseLogProb(),
                        "mean log-probability per token the base gives the new replies: whether"
                                + " they are still language"));
    }

    private void replies(Measurements m, List<GateCheck> checks) {
        ReplyStatistics candidate = m.candidate();
        ReplyStatistics champion = m.champion();
        checks.add(
                atMost(
                        "empty_replies",
                        candidate.empty(),
                        limits.maxEmptyReplies(),
                        "replies that say nothing at all"));
        checks.add(
                atMost(
                        "repeated_replies",
                        candidate.repeated(),
                        limits.maxRepeatedReplies(),
                        "replies given to more than one prompt: collapse"));
        checks.add(
                atLeast(
                        "diversity",
                        candidate.distinctBigrams(),
                        limits.minDiversityRatio() * champion.distinctBigrams(),
                        "different word pairs over all word pairs (distinct-2) of the new"
                                + " replies"));
        checks.add(
                atLeast(
                        "on_topic",
                        candidate.onTopic(),
                        limits.minOnTopicRatio() * champion.onTopic(),
                        "share of replies that share a content word with their prompt"));
        length(m, checks);
    }

    private static void length(Measurements m, List<GateCheck> checks) {
        double ratio = m.candidate().meanWords() / m.champion().meanWords();
        checks.add(
                atLeast(
                        "length_ratio_floor",
                        ratio,
                        Math.min(1 / LOOSE_LENGTH, m.askedLengthRatio() / LENGTH_SLACK),
                        "words of a new reply over the champion's; not far shorter than the pairs"
                                + " ask for"));
        checks.add(
                atMost(
                        "length_ratio",
                        ratio,
                        Math.max(LOOSE_LENGTH, m.askedLengthRatio() * LENGTH_SLACK),
                        "words of a new reply over the champion's; not far longer than the pairs"
                                + " ask for"));
    }

    private void movement(Measurements m, List<GateCheck> checks) {
        checks.add(
                atLeast(
                        "change",
                        m.change().nats(),
                        limits.minChange(),
                        "nats per token by which held-out replies moved: no silent no-op"));
        checks.add(
                atLeast(
                        "gradient_norm",
                        m.change().largestGradientNorm(),
                        LEAST_GRADIENT,
                        "largest gradient norm of the training's steps: something was learned"));
    }
}
