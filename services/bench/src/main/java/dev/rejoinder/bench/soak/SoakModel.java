package dev.rejoinder.bench.soak;

import dev.rejoinder.bench.RandomModel;
import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * SmolLM2-135M's width, heads and vocabulary with 6 of its 30 layers, random weights: every
 * allocation of a request has its real width, ten thousand take minutes, and as the model itself is
 * small, 2 % of the process's memory is little.
 */
public final class SoakModel {
    private static final int LAYERS = 6;
    private static final int END = 0;

    private SoakModel() {}

    public static ModelFiles files() {
        ModelFiles random =
                RandomModel.files("random weights of SmolLM2-135M's width, 6 layers", LAYERS);
        return new ModelFiles(
                random.name(),
                random.digest(),
                random.config(),
                random.weights(),
                new SpelledTokens(random.config().vocabulary()),
                new OneEnd());
    }

    /** Every byte is a token, and the others are three letters each, so that there is any text. */
    private record SpelledTokens(int vocabularySize) implements Tokenizer {
        private static final int BYTES = 256;
        private static final int PRINTABLE = 95;

        @Override
        public int[] encode(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int[] ids = new int[bytes.length];
            for (int i = 0; i < ids.length; i++) ids[i] = 1 + (bytes[i] & 0xff);
            return ids;
        }

        @Override
        public String decode(int[] ids) {
            var text = new StringBuilder();
            for (int id : ids) text.append(new String(bytes(id), StandardCharsets.UTF_8));
            return text.toString();
        }

        @Override
        public byte[] bytes(int id) {
            if (id == END) return new byte[0];
            if (id <= BYTES) return new byte[] {(byte) (id - 1)};
            int rest = id - BYTES - 1;
            return new byte[] {
                letter(rest), letter(rest / PRINTABLE), letter(rest / PRINTABLE / PRINTABLE)
            };
        }

        private static byte letter(int n) {
            return (byte) (' ' + n % PRINTABLE);
        }

        @Override
        public String digest() {
            return "0".repeat(64);
        }
    }

    private static final class OneEnd implements ChatEncoder {
        @Override
        public int[] prompt(List<ChatMessage> messages) {
            return new int[] {END};
        }

        @Override
        public int[] followUpBridge() {
            return new int[] {END};
        }

        @Override
        public int endOfTurn() {
            return END;
        }

        @Override
        public boolean isStop(int token) {
            return token == END;
        }
    }
}
