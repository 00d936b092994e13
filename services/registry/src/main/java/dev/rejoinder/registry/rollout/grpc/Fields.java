package dev.rejoinder.registry.rollout.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.registry.version.Version;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** What a request's fields may hold. */
final class Fields {
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_REASON = 500;
    private static final int LONGEST_URI = 2_000;
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private Fields() {}

    static void name(String field, String value) {
        if (value.isBlank() || value.length() > LONGEST_NAME || hasControls(value))
            throw Refusal.invalid(
                    field,
                    "%s of %d characters must have 1 to %d, none of them a control character"
                            .formatted(field, value.length(), LONGEST_NAME));
    }

    static void digest(String field, String value) {
        if (!SHA_256.matcher(value).matches())
            throw Refusal.invalid(
                    field,
                    "%s of %d characters must be a SHA-256: 64 digits of 0-9 and a-f"
                            .formatted(field, value.length()));
    }

    static void base(ModelVersion version) {
        boolean named = version.getVersion().isEmpty() || version.getVersion().equals(Version.BASE);
        if (!named || !version.getAdapterDigest().isEmpty())
            throw Refusal.invalid(
                    "version",
                    "version must be a base: \"%s\" without an adapter; register an adapter as a candidate"
                            .formatted(Version.BASE));
    }

    static void uri(String field, String value) {
        try {
            boolean absolute = new URI(value).isAbsolute();
            if (absolute && value.length() <= LONGEST_URI) return;
        } catch (URISyntaxException e) {
            throw notAnAddress(field, value);
        }
        throw notAnAddress(field, value);
    }

    private static Refusal notAnAddress(String field, String value) {
        return Refusal.invalid(
                field,
                "%s of %d characters must be an absolute URI of at most %d, such as file:///adapters/a1"
                        .formatted(field, value.length(), LONGEST_URI));
    }

    /** One line; a default where none was given. */
    static String reason(String value, String otherwise) {
        if (value.isBlank()) return otherwise;
        if (value.length() > LONGEST_REASON || hasControls(value))
            throw Refusal.invalid(
                    "reason",
                    "reason of %d characters must be one line of at most %d"
                            .formatted(value.length(), LONGEST_REASON));
        return value.strip();
    }

    private static boolean hasControls(String value) {
        return value.chars().anyMatch(Character::isISOControl);
    }
}
