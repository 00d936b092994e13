package dev.rejoinder.inference.conversation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Users' names never leave this service: only their HMAC-SHA256 under a key of the installation's
 * own does (RFC 2104).
 */
public final class UserHash {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int HASH_DIGITS = 32;

    private final SecretKeySpec key;

    private UserHash(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * @param secret at least 16 characters, kept as long as hashes are to stay comparable
     */
    public static UserHash withSecret(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < KEY_BYTES / 2)
            throw new IllegalArgumentException(
                    "rejoinder.inference.user-hash-key has %d bytes; give it at least %d"
                            .formatted(bytes.length, KEY_BYTES / 2));
        return new UserHash(bytes);
    }

    /** Reads the key from a file that only this user may read; makes both the first time. */
    public static UserHash withKeyFile(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (Files.notExists(file)) generate(file);
            return withSecret(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("the user hash key " + file + " cannot be used", e);
        }
    }

    private static void generate(Path file) throws IOException {
        byte[] fresh = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, HexFormat.of().formatHex(fresh));
        try {
            Files.move(next, file);
        } catch (FileAlreadyExistsException e) {
            Files.delete(next);
        }
    }

    /** 32 hex digits; empty for an empty name. */
    public String of(String user) {
        if (user.isEmpty()) return "";
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] hash = mac.doFinal(user.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
