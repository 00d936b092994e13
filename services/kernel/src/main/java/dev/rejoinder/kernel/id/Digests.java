package dev.rejoinder.kernel.id;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over a list of texts, each with its length before it, so that no two lists collide by
 * joining.
 */
public final class Digests {
    private static final int ID_LENGTH = 32;

    private Digests() {}

    /** 64 lower-case hex digits. */
    public static String sha256(String... parts) {
        MessageDigest digest = newSha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * A deterministic id: 128 bits of {@link #sha256}, which is plenty against accidents. The first
     * part names the kind, so that ids of different things never meet.
     */
    public static String id(String kind, String... causes) {
        String[] parts = new String[causes.length + 1];
        parts[0] = kind;
        System.arraycopy(causes, 0, parts, 1, causes.length);
        return sha256(parts).substring(0, ID_LENGTH);
    }

    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
