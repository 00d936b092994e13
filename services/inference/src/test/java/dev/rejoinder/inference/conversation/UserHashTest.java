package dev.rejoinder.inference.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserHashTest {
    /** RFC 4231, test case 1's data under a key of 20 bytes 0x0b, as text: U+000B twenty times. */
    @Test
    void aUserIsHashedByHmacSha256() {
        UserHash hash = UserHash.withSecret("\u000b".repeat(20));

        assertThat(hash.of("Hi There")).isEqualTo("b0344c61d8db38535ca8afceaf0bf12b");
    }

    @Test
    void theGeneratedKeyIsKeptAndPrivate(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a/user-hash.key");
        String before = UserHash.withKeyFile(file).of("ann");

        assertThat(UserHash.withKeyFile(file).of("ann")).isEqualTo(before);
        assertThat(UserHash.withKeyFile(folder.resolve("other.key")).of("ann"))
                .isNotEqualTo(before);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void nobodyStaysNobody() {
        assertThat(UserHash.withSecret("0123456789abcdef").of("")).isEmpty();
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> UserHash.withSecret("short"))
                .hasMessageContaining("rejoinder.inference.user-hash-key")
                .hasMessageContaining("at least 16");
    }
}
