package dev.rejoinder.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.Texts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurationTest {
    private static final PairEncoder CHARACTERS = Texts.encoder();

    @Test
    void fewPairsAreTakenAsTheyAre() {
        List<Pair> pairs = Pairs.of(5, 2);

        assertThat(new Curation(5, 500).choose(pairs, CHARACTERS)).isEqualTo(pairs);
    }

    @Test
    void theSamePairCountsOnce() {
        List<Pair> twice = new ArrayList<>(Pairs.of(3, 3));
        twice.addAll(Pairs.of(3, 3));

        assertThat(new Curation(10, 500).choose(twice, CHARACTERS)).isEqualTo(Pairs.of(3, 3));
    }

    @Test
    void usersTakeTurnsSoThatABusyOneDoesNotCrowdOutTheOthers() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 20; i++) pairs.add(Pairs.pair(i, "busy"));
        pairs.add(Pairs.pair(20, "quiet"));
        pairs.add(Pairs.pair(21, "shy"));

        List<Pair> chosen = new Curation(4, 500).choose(pairs, CHARACTERS);

        assertThat(chosen)
                .extracting(p -> p.provenance().userHash())
                .containsExactly("busy", "busy", "quiet", "shy");
    }

    @Test
    void whatUsersAskedForAndTheBaseFindsLikelyComesFirst() {
        List<Pair> pairs =
                List.of(
                        Pairs.with(Pairs.pair(0, "u"), Origin.BEST_OF_N, -0.1),
                        Pairs.with(Pairs.pair(1, "u"), Origin.ON_POLICY, -2),
                        Pairs.with(Pairs.pair(2, "u"), Origin.NATURAL_RETRY, -0.9),
                        Pairs.with(Pairs.pair(3, "u"), Origin.ON_POLICY, -0.5));

        List<Pair> chosen = new Curation(2, 500).choose(pairs, CHARACTERS);

        assertThat(chosen).extracting(Pair::id).containsExactly("pair-2", "pair-3");
    }

    @Test
    void pairsThatDoNotFitOrSayNothingAreLeftOut() {
        Pair silent =
                new Pair(
                        "silent",
                        List.of(ChatMessage.user("Hello?")),
                        new Pair.Reply(" ", true),
                        new Pair.Reply("Hello to you", true),
                        Pairs.pair(0, "u").provenance());
        Pair fits = Pairs.pair(1, "u");
        int tokens = CHARACTERS.encode(fits).length();

        assertThat(new Curation(10, tokens).choose(List.of(silent, fits), CHARACTERS))
                .containsExactly(fits);
        assertThat(new Curation(10, tokens - 1).choose(List.of(silent, fits), CHARACTERS))
                .isEmpty();
    }

    @Test
    void aCapThatLeavesNothingToHoldOutIsRefused() {
        assertThatThrownBy(() -> new Curation(1, 500)).hasMessageContaining("max-pairs of 1");
    }
}
