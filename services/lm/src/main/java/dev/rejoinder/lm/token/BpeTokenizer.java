package dev.rejoinder.lm.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A byte-pair tokenizer on Hugging Face's native library. Added tokens are not known to it, so that
 * text which spells one stays text; the chat template's own are put in by {@code chat}.
 */
public final class BpeTokenizer implements Tokenizer {
    /**
     * Native tokenizers, thread-safe since encoding only reads; they free themselves when
     * unreachable.
     *
     * @param first for text at the start
     * @param inside for text behind a special token; mostly the same
     */
    record Encoders(HuggingFaceTokenizer first, HuggingFaceTokenizer inside) {}

    private final Encoders encoders;
    private final Vocabulary vocabulary;
    private final byte[][] bytes;
    private final boolean startsWithSpace;
    private final String digest;

    BpeTokenizer(Encoders encoders, Vocabulary vocabulary, Alphabet alphabet, String template) {
        this.encoders = encoders;
        this.vocabulary = vocabulary;
        this.bytes = new byte[vocabulary.tokens().size()][];
        for (int id = 0; id < bytes.length; id++) {
            String token = vocabulary.tokens().get(id);
            bytes[id] =
                    switch (vocabulary.kinds().get(id)) {
                        case NORMAL -> alphabet.bytes(token);
                        case ADDED -> token.getBytes(StandardCharsets.UTF_8);
                        case SPECIAL, UNUSED -> new byte[0];
                    };
        }
        this.startsWithSpace = alphabet.startsWithSpace();
        this.digest = vocabulary.digest(template);
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public int[] encode(String text) {
        return encode(text, encoders.first);
    }

    /**
     * Ids of plain text that stands behind a special token. Like {@link #encode}, unless the
     * tokenizer puts a space in front of the first text only (Metaspace's {@code first}).
     */
    public int[] encodeInside(String text) {
        return encode(text, encoders.inside);
    }

    private static int[] encode(String text, HuggingFaceTokenizer encoder) {
        if (text.isEmpty()) return new int[0];
        long[] ids;
        try {
            ids = encoder.encode(wellFormed(text), false, false).getIds();
        } finally {
            // Its finaliser frees the native side, also of a tokenizer nobody but this call holds.
            Reference.reachabilityFence(encoder);
        }
        int[] result = new int[ids.length];
        for (int i = 0; i < ids.length; i++) result[i] = (int) ids[i];
        return result;
    }

    /** Half a surrogate pair is no text, and the native library would fail on it. */
    private static String wellFormed(String text) {
        int[] points =
                text.codePoints().map(p -> p >= 0xD800 && p <= 0xDFFF ? 0xFFFD : p).toArray();
        return new String(points, 0, points.length);
    }

    @Override
    public String decode(int[] ids) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream(ids.length * 4);
        for (int id : ids) joined.writeBytes(find(id));
        String text = joined.toString(StandardCharsets.UTF_8);
        return startsWithSpace && text.startsWith(" ") ? text.substring(1) : text;
    }

    @Override
    public byte[] bytes(int id) {
        return find(id).clone();
    }

    /** A model's embedding may have more rows than the tokenizer has tokens: they are no text. */
    private byte[] find(int id) {
        if (id < 0) throw new IllegalArgumentException("token id " + id + " is negative");
        return id < bytes.length ? bytes[id] : new byte[0];
    }

    @Override
    public int vocabularySize() {
        return bytes.length;
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public String toString() {
        return "BpeTokenizer" + List.of(bytes.length, digest.substring(0, 8));
    }
}
