package dev.rejoinder.testkit.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A byte-level tokenizer without merges: 0 is {@code <|endoftext|>}, 1 {@code <|im_start|>}, 2
 * {@code <|im_end|>}, then one token a byte, the commonest first.
 */
final class TinyTokenizer {
    private static final List<String> SPECIAL =
            List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

    private static final String CONFIG =
            """
            {
              "bos_token": "<|im_start|>",
              "eos_token": "<|im_end|>",
              "chat_template": "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
            }
            """;

    private TinyTokenizer() {}

    /**
     * @param vocabulary most tokens to write
     */
    static void write(Path folder, int vocabulary) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), CONFIG);
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer(vocabulary));
    }

    private static String tokenizer(int vocabulary) {
        List<String> added = new ArrayList<>();
        List<String> entries = new ArrayList<>();
        for (String special : SPECIAL) {
            added.add(
                    "{\"id\":%d,\"content\":\"%s\",\"special\":true}"
                            .formatted(entries.size(), special));
            entries.add("\"%s\":%d".formatted(special, entries.size()));
        }
        for (int value : byFrequency()) {
            if (entries.size() == vocabulary) break;
            entries.add("\"%s\":%d".formatted(escaped(character(value)), entries.size()));
        }
        String byteLevel =
                "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,"
                        + "\"use_regex\":true}";
        return """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[%s],"normalizer":null,
        "pre_tokenizer":%s,"post_processor":null,"decoder":%s,
        "model":{"type":"BPE","vocab":{%s},"merges":[]}}
        """
                .formatted(
                        String.join(",", added), byteLevel, byteLevel, String.join(",", entries));
    }

    /** Newline, the printable ASCII, the rest. */
    private static List<Integer> byFrequency() {
        List<Integer> values = new ArrayList<>();
        values.add((int) '\n');
        for (int value = ' '; value <= '~'; value++) values.add(value);
        for (int value = 0; value < 256; value++) {
            if (!values.contains(value)) values.add(value);
        }
        return values;
    }

    /** GPT-2's character for a byte: itself if printable, else the next from U+0100 on. */
    private static char character(int value) {
        if (isPrintable(value)) return (char) value;
        char next = 0x100;
        for (int before = 0; before < value; before++) {
            if (!isPrintable(before)) next++;
        }
        return next;
    }

    private static boolean isPrintable(int value) {
        return value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xFF && value != 0xAD;
    }

    private static String escaped(char c) {
        return c == '"' || c == '\\' ? "\\" + c : String.valueOf(c);
    }
}
