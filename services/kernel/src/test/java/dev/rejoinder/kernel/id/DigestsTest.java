package dev.rejoinder.kernel.id;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DigestsTest {
    /** {@code printf '\0\0\0\1a\0\0\0\2bc' | sha256sum}. */
    private static final String A_AND_BC =
            "b534ce16ac9c8b36823f39a395ce8e0e3c7ad9605b82b5444f18cadacd217a5d";

    @Test
    void theDigestIsSha256OfEachTextBehindItsLength() {
        assertThat(Digests.sha256("a", "bc")).isEqualTo(A_AND_BC);
    }

    @Test
    void theLengthOfATextIsCountedInBytesOfUtf8() {
        // printf '\0\0\0\2\xc3\xa9' | sha256sum
        assertThat(Digests.sha256("é"))
                .isEqualTo("d1e9fa6240157ad2f9401c2bd40da3305678208a1985ff66beae448907f52b8f");
    }

    @Test
    void movingALetterFromOneTextToTheNextChangesTheDigest() {
        assertThat(Digests.sha256("ab", "c")).isNotEqualTo(Digests.sha256("a", "bc"));
        assertThat(Digests.sha256("abc")).isNotEqualTo(Digests.sha256("abc", ""));
    }

    @Test
    void idsOfTheSameCauseDifferByKind() {
        assertThat(Digests.id("turn", "x")).hasSize(32).isEqualTo(Digests.id("turn", "x"));
        assertThat(Digests.id("turn", "x")).isNotEqualTo(Digests.id("pair", "x"));
    }
}
