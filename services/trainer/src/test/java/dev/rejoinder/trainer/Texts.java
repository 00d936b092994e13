package dev.rejoinder.trainer;

import dev.rejoinder.lm.LanguageModel.ModelInfo;
import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.token.Tokenizer;
import dev.rejoinder.trainer.dataset.PairEncoder;
import java.util.List;

/** Text without a model: one token a character, a chat is its last message. */
public final class Texts {
    private Texts() {}

    public static PairEncoder encoder() {
        return new PairEncoder(new Characters(), new Plain());
    }

    /** A model to name; nothing answers for it. */
    public static ModelInfo model() {
        return new ModelInfo("tiny", "b".repeat(64), "llama", 512, 2, 48, 260, 1000);
    }

    private record Characters() implements Tokenizer {
        @Override
        public int[] encode(String text) {
            return text.chars().toArray();
        }

        @Override
        public String decode(int[] ids) {
            return new String(ids, 0, ids.length);
        }

        @Override
        public byte[] bytes(int id) {
            return decode(new int[] {id}).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }

        @Override
        public int vocabularySize() {
            return Character.MAX_VALUE;
        }

        @Override
        public String digest() {
            return "characters";
        }
    }

    private record Plain() implements ChatEncoder {
        @Override
        public int[] prompt(List<ChatMessage> messages) {
            return messages.getLast().content().chars().toArray();
        }

        @Override
        public int[] followUpBridge() {
            return new int[] {0};
        }

        @Override
        public int endOfTurn() {
            return 0;
        }

        @Override
        public boolean isStop(int token) {
            return token == 0;
        }
    }
}
