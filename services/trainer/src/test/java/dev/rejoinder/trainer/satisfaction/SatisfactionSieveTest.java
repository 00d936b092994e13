package dev.rejoinder.trainer.satisfaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.PairSieve.Sieved;
import dev.rejoinder.trainer.satisfaction.SatisfactionSieve.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SatisfactionSieveTest {
    private static final Limits HALF = new Limits(0.5, 1000);
    private static LanguageModel model;

    @BeforeAll
    static void load(@TempDir Path folder) throws IOException {
        model = Models.tiny(folder);
    }

    @AfterAll
    static void unload() {
        model.close();
    }

    @Test
    void pairsWhoseChosenReplyIsLikeWhatUsersComplainedAboutAreLeftOut() {
        List<Pair> pairs = new ArrayList<>(Pairs.of(6, 3));
        pairs.add(3, chosen(Pairs.pair(6, "user-0"), Judged.longReply(6)));

        Sieved sieved = sieve(Judged.of(20), HALF).sieve(pairs);

        assertThat(sieved.passing()).isEqualTo(Pairs.of(6, 3));
        assertThat(sieved.auc()).isGreaterThan(0.9);
    }

    @Test
    void fewVerdictsSayNothing() {
        List<Pair> pairs = List.of(chosen(Pairs.pair(6, "user-0"), Judged.longReply(6)));

        Sieved sieved = sieve(Judged.of(9), HALF).sieve(pairs);

        assertThat(sieved).isEqualTo(new Sieved(pairs, 0));
    }

    @Test
    void verdictsThatRepliesDoNotExplainSayNothing() {
        Random mood = new Random(3);
        List<JudgedReply> torn = new ArrayList<>();
        for (int i = 0; i < 60; i++)
            torn.add(Judged.reply(i, Judged.longReply(i), mood.nextBoolean()));
        List<Pair> pairs = Pairs.of(6, 3);

        assertThat(sieve(torn, HALF).sieve(pairs)).isEqualTo(new Sieved(pairs, 0));
    }

    @Test
    void repliesThatCannotBeReadAreNoVerdicts() {
        List<JudgedReply> judged = new ArrayList<>(Judged.of(9));
        judged.add(Judged.reply(100, "", true));
        judged.add(Judged.reply(101, "far ".repeat(200), false));

        assertThat(sieve(judged, HALF).sieve(Pairs.of(6, 3)).auc()).isZero();
    }

    @Test
    void aLimitOfZeroAsksNobody() {
        JudgedReplies nobody =
                most -> {
                    throw new AssertionError("asked for " + most);
                };

        Sieved sieved =
                new SatisfactionSieve(nobody, model, new Limits(0, 1000)).sieve(Pairs.of(6, 3));

        assertThat(sieved.passing()).hasSize(6);
    }

    @Test
    void limitsOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> new Limits(1.5, 1000))
                .hasMessageContaining("min-satisfaction of 1.5 is outside 0 to 1");
        assertThatThrownBy(() -> new Limits(0.5, 19)).hasMessageContaining("max-judged of 19");
    }

    private static SatisfactionSieve sieve(List<JudgedReply> judged, Limits limits) {
        return new SatisfactionSieve(most -> judged, model, limits);
    }

    private static Pair chosen(Pair pair, String text) {
        return new Pair(
                pair.id(),
                pair.prompt(),
                new Pair.Reply(text, true),
                pair.rejected(),
                pair.provenance());
    }
}
