package dev.rejoinder.lm.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.token.Vocabulary.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizersTest {
    /** Characters that stand for themselves, a space's letter, and what the merges make. */
    private static final List<String> TOKENS =
            List.of(
                    "a", "b", "1", "2", "3", "4", "\u0120", "ab", "12", "123", "1234", "\u0120a",
                    "\u00c3", "\u00a9", "e", "\u00cc", "\u0123", "<mark>", "<word>");

    private static final List<String> MERGES = List.of("a b", "1 2", "12 3", "123 4", "\u0120 a");

    @ParameterizedTest
    @CsvSource({
        "gpt-2, 1234",
        "smollm, 1 2 3 4",
        "qwen2, 1 2 3 4",
        "llama-bpe, 123 4",
        "tekken, 1 2 3 4"
    })
    void numbersAreCutAsTheModelsFamilyCutsThem(String family, String expected) {
        assertThat(pieces(byteLevel(family), "1234")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"gpt-2", "smollm", "qwen2", "llama-bpe", "tekken"})
    void aSpaceBelongsToTheWordBehindIt(String family) {
        assertThat(pieces(byteLevel(family), "ab a")).isEqualTo("ab \u0120a");
    }

    /** U+0065 U+0301 composes to U+00E9, whose UTF-8 is C3 A9. */
    @Test
    void qwenComposesCharactersBeforeItCutsThem() {
        assertThat(pieces(byteLevel("qwen2"), "e\u0301")).isEqualTo("\u00c3 \u00a9");
        assertThat(pieces(byteLevel("gpt-2"), "e\u0301")).startsWith("e ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"viking", "default", ""})
    void anUnknownFamilyIsRefusedWithThoseThatAreKnown(String family) {
        assertThatThrownBy(() -> byteLevel(family))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pre-tokenizer " + family + " is not known")
                .hasMessageContaining("smollm");
    }

    @Test
    void addedTokensNeverComeOutOfText() {
        BpeTokenizer tokenizer = byteLevel("llama-bpe");

        assertThat(tokenizer.encode("<mark>")).doesNotContain(TOKENS.indexOf("<mark>"));
        assertThat(tokenizer.encode("<word>")).doesNotContain(TOKENS.indexOf("<word>"));
    }

    @Test
    void marksHaveNoTextAndAddedWordsHaveTheirOwn() {
        BpeTokenizer tokenizer = byteLevel("gpt-2");

        assertThat(tokenizer.bytes(TOKENS.indexOf("<mark>"))).isEmpty();
        assertThat(tokenizer.bytes(TOKENS.indexOf("<word>")))
                .isEqualTo("<word>".getBytes(StandardCharsets.UTF_8));
        assertThat(tokenizer.decode(new int[] {0, TOKENS.indexOf("<mark>"), 1})).isEqualTo("ab");
    }

    @Test
    void bytesThatAreNoTextBecomeReplacementCharacters() {
        int halfOfAnAccent = TOKENS.indexOf("\u00c3");

        assertThat(byteLevel("gpt-2").decode(new int[] {0, halfOfAnAccent, 1}))
                .isEqualTo("a\ufffdb");
    }

    @Test
    void aRowWithoutATokenIsNoText() {
        assertThat(byteLevel("gpt-2").bytes(1000)).isEmpty();
    }

    @Test
    void longTextsAreNotCutOff() {
        assertThat(byteLevel("gpt-2").encode("a ".repeat(20_000))).hasSizeGreaterThan(20_000);
    }

    @Test
    void halfASurrogatePairIsReplacedInsteadOfCrashing() {
        BpeTokenizer tokenizer = byteLevel("gpt-2");

        assertThat(tokenizer.encode("a\ud83d")).startsWith(0);
        assertThat(tokenizer.encode("\udc00")).isEqualTo(tokenizer.encode("\ufffd"));
    }

    @Test
    void theDigestFollowsVocabularyMergesAndTemplate() {
        Vocabulary vocabulary = vocabulary();
        String digest = Tokenizers.byteLevel(vocabulary, "gpt-2", "t").digest();

        assertThat(Tokenizers.byteLevel(vocabulary, "gpt-2", "t").digest()).isEqualTo(digest);
        assertThat(Tokenizers.byteLevel(vocabulary, "gpt-2", "u").digest()).isNotEqualTo(digest);
        List<String> fewer = MERGES.subList(0, 4);
        Vocabulary other = new Vocabulary(vocabulary.tokens(), vocabulary.kinds(), fewer);
        assertThat(Tokenizers.byteLevel(other, "gpt-2", "t").digest()).isNotEqualTo(digest);
    }

    /** As Llama 2's: a space is U+2581 and goes in front, other bytes are spelled in hex. */
    @Test
    void sentencePieceTokensSpellSpacesAndBytes() {
        BpeTokenizer tokenizer =
                Tokenizers.fromJson(
                        """
                        {"added_tokens":[{"id":0,"content":"<s>","special":true}],
                        "normalizer":{"type":"Sequence","normalizers":[
                          {"type":"Prepend","prepend":"\u2581"},
                          {"type":"Replace","pattern":{"String":" "},"content":"\u2581"}]},
                        "pre_tokenizer":null,
                        "decoder":{"type":"Sequence","decoders":[
                          {"type":"Replace","pattern":{"String":"\u2581"},"content":" "},
                          {"type":"ByteFallback"},{"type":"Fuse"},
                          {"type":"Strip","content":" ","start":1,"stop":0}]},
                        "model":{"type":"BPE","byte_fallback":true,"unk_token":null,
                          "vocab":{"<s>":0,"<0xC3>":1,"<0xA9>":2,"\u2581":3,"a":4,"b":5,"\u2581a":6},
                          "merges":[["\u2581","a"]]}}
                        """,
                        "");

        assertThat(tokenizer.encode("ab a\u00e9")).containsExactly(6, 5, 6, 1, 2);
        assertThat(tokenizer.decode(new int[] {0, 6, 5, 6, 1, 2})).isEqualTo("ab a\u00e9");
        assertThat(tokenizer.bytes(6)).isEqualTo(" a".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no JSON | no JSON",
                "[] | no JSON object",
                "{\"model\":{\"type\":\"Unigram\",\"vocab\":[]}} | Unigram",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}} | byte-level",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-5},\"merges\":[]}} | -5",
                "{\"decoder\":{\"type\":\"ByteLevel\"},\"model\":{\"type\":\"BPE\","
                        + "\"vocab\":{\"a\":0},\"merges\":[\"x y\"]}} | refuses the vocabulary"
            })
    void aTokenizerThatCannotBeReadSaysWhy(String json, String why) {
        assertThatThrownBy(() -> Tokenizers.fromJson(json, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static String pieces(BpeTokenizer tokenizer, String text) {
        List<String> pieces = new ArrayList<>();
        for (int id : tokenizer.encode(text)) pieces.add(TOKENS.get(id));
        return String.join(" ", pieces);
    }

    private static BpeTokenizer byteLevel(String family) {
        return Tokenizers.byteLevel(vocabulary(), family, "");
    }

    private static Vocabulary vocabulary() {
        List<Kind> kinds = new ArrayList<>(Collections.nCopies(TOKENS.size(), Kind.NORMAL));
        kinds.set(TOKENS.indexOf("<mark>"), Kind.SPECIAL);
        kinds.set(TOKENS.indexOf("<word>"), Kind.ADDED);
        return new Vocabulary(TOKENS, kinds, MERGES);
    }
}
