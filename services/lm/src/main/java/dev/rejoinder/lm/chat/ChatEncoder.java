package dev.rejoinder.lm.chat;

import java.util.List;

/** Renders messages through the model's own chat template and tokenizes the result. Thread-safe. */
public interface ChatEncoder {
    /**
     * The tokens a reply is generated after: all messages and the opening of the assistant's turn.
     *
     * @throws IllegalArgumentException if the messages are empty or in an order the template
     *     refuses; the message says which and what is allowed
     */
    int[] prompt(List<ChatMessage> messages);

    /**
     * The tokens between a reply's own tokens and the first token of the user's next turn: the end
     * of the assistant's turn and the opening of the user's (for ChatML: {@code <|im_end|>},
     * newline, {@code <|im_start|>user}, newline). A follow-up is scored after {@code prompt +
     * reply + bridge}.
     */
    int[] followUpBridge();

    /** The token that ends the assistant's turn; training appends it to a complete reply. */
    int endOfTurn();

    /** Whether generation stops at this token (end of turn or end of text). */
    boolean isStop(int token);
}
