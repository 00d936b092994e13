package dev.rejoinder.lm.chat;

/** What a template throws by {@code raise_exception}. */
final class TemplateRefusal extends RuntimeException {
    TemplateRefusal(String message) {
        super(message);
    }

    IllegalArgumentException asArgument() {
        return new IllegalArgumentException(
                "the model's chat template refuses the messages: " + getMessage());
    }
}
