package dev.rejoinder.trainer.satisfaction;

import java.util.List;

/** Where judged replies come from. */
public interface JudgedReplies {
    /**
     * The newest replies users were satisfied with or complained about, oldest first.
     *
     * @param most at least 1
     * @throws dev.rejoinder.kernel.error.Refusal of kind UNAVAILABLE if the source is away
     */
    List<JudgedReply> newest(int most);
}
