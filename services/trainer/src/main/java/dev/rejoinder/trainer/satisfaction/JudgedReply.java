package dev.rejoinder.trainer.satisfaction;

/**
 * A reply a user got and said something to.
 *
 * @param satisfied whether the follow-up showed satisfaction; else it was a complaint
 * @param userKey the user, or the conversation where no user is named
 */
public record JudgedReply(String reply, boolean satisfied, String userKey) {}
