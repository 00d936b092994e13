package dev.rejoinder.lm.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256, as lower-case hex. */
public final class Digests {
    private Digests() {}

    /**
     * @throws UnreadableModelException if the file cannot be read
     */
    public static String of(Path file) {
        MessageDigest sha = sha256();
        byte[] chunk = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) sha.update(chunk, 0, n);
        } catch (IOException e) {
            throw new UnreadableModelException(
                    file + " cannot be read (" + e + "); check its permissions", e);
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /** Of one file its own digest, of several the digest of their joined digests. */
    static String ofAll(List<Path> files) {
        if (files.size() == 1) return of(files.getFirst());
        MessageDigest sha = sha256();
        for (Path file : files) sha.update(of(file).getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
