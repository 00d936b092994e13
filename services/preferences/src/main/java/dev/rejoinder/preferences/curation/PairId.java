package dev.rejoinder.preferences.curation;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.proto.chat.v1.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Ids that follow from the texts alone, so that the same pair has the same id wherever it is mined.
 */
public final class PairId {
    private PairId() {}

    /** Hash of the normalised prompt, chosen and rejected reply. */
    public static String of(List<Message> prompt, String chosen, String rejected) {
        return Digests.id("pair", ofPrompt(prompt), NormalText.of(chosen), NormalText.of(rejected));
    }

    /** Hash of the normalised prompt with its roles. */
    public static String ofPrompt(List<Message> prompt) {
        List<String> parts = new ArrayList<>();
        for (Message message : prompt) {
            parts.add(message.getRole().name());
            parts.add(NormalText.of(message.getContent()));
        }
        return Digests.id("prompt", parts.toArray(String[]::new));
    }
}
