package dev.rejoinder.trainer.dataset.file;

/** What keeps a line from being trained on, and what would mend it. */
final class BadPairLine extends RuntimeException {
    BadPairLine(String reason) {
        super(reason);
    }
}
