package dev.rejoinder.trainer.satisfaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.PairSieve.Sieved;
import dev.rejoinder.trainer.satisfaction.SatisfactionSieve.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SatisfactionSieveTest {
    private static final Limits HALF = new Limits(0.5, 0, 1000);
    private static final BooleanSupplier NEVER = () -> false;
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
        pairs.add(3, Judged.unsatisfying(Pairs.pair(6, "user-0")));

        Sieved sieved = sieve(Judged.of(20), HALF).sieve(pairs, NEVER);

        assertThat(sieved.passing()).isEqualTo(Pairs.of(6, 3));
        assertThat(sieved.auc()).isGreaterThan(0.9);
    }

    @Test
    void whereTooFewPassTheLikeliestDoAsLongAsTheyAreLikelierThanNot() {
        List<Pair> pairs = new ArrayList<>(Pairs.of(6, 3));
        pairs.add(3, Judged.unsatisfying(Pairs.pair(6, "user-0")));
        SatisfactionSieve none = sieve(Judged.of(20), new Limits(1, 0, 1000));
        SatisfactionSieve four = sieve(Judged.of(20), new Limits(1, 4, 1000));
        SatisfactionSieve more = sieve(Judged.of(20), new Limits(1, 100, 1000));

        assertThat(none.sieve(pairs, NEVER).passing()).isEmpty();
        assertThat(four.sieve(pairs, NEVER).passing()).hasSize(4).isSubsetOf(Pairs.of(6, 3));
        assertThat(more.sieve(pairs, NEVER).passing()).isEqualTo(Pairs.of(6, 3));
    }

    @Test
    void fewVerdictsSayNothing() {
        List<Pair> pairs = List.of(Judged.unsatisfying(Pairs.pair(6, "user-0")));

        Sieved sieved = sieve(Judged.of(9), HALF).sieve(pairs, NEVER);

        assertThat(sieved).isEqualTo(new Sieved(pairs, 0));
    }

    @Test
    void verdictsThatRepliesDoNotExplainSayNothing() {
        Random mood = new Random(3);
        List<JudgedReply> torn = new ArrayList<>();
        for (int i = 0; i < 60; i++)
            torn.add(Judged.reply(i, Judged.longReply(i), mood.nextBoolean()));
        List<Pair> pairs = Pairs.of(6, 3);

        Sieved sieved = sieve(torn, HALF).sieve(pairs, NEVER);

        assertThat(sieved.passing()).isEqualTo(pairs);
        assertThat(sieved.auc()).isBetween(0.3, 0.7);
    }

    /** Three hundred verdicts of one user contradict the others: twenty of them count. */
    @Test
    void oneVoiceDoesNotDecideForAll() {
        List<JudgedReply> judged = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            JudgedReply r = Judged.reply(1000 + i, Judged.longReply(100 + i), true);
            judged.add(new JudgedReply(r.reply(), r.satisfied(), "talker"));
        }
        judged.addAll(Judged.of(60));
        List<Pair> pairs = List.of(Judged.unsatisfying(Pairs.pair(6, "user-0")));

        assertThat(sieve(judged, HALF).sieve(pairs, NEVER).passing()).isEmpty();
    }

    @Test
    void aServiceThatStopsIsNotKeptWaiting() {
        assertThatThrownBy(() -> sieve(Judged.of(20), HALF).sieve(Pairs.of(6, 3), () -> true))
                .isInstanceOf(InterruptedRunException.class);
    }

    @Test
    void repliesThatCannotBeReadAreNoVerdicts() {
        List<JudgedReply> judged = new ArrayList<>(Judged.of(9));
        judged.add(Judged.reply(100, "", true));
        judged.add(Judged.reply(101, "far ".repeat(200), false));

        assertThat(sieve(judged, HALF).sieve(Pairs.of(6, 3), NEVER).auc()).isZero();
    }

    @Test
    void aLimitOfZeroAsksNobody() {
        JudgedReplies nobody =
                most -> {
                    throw new AssertionError("asked for " + most);
                };

        Sieved sieved =
                new SatisfactionSieve(nobody, model, new Limits(0, 0, 1000))
                        .sieve(Pairs.of(6, 3), NEVER);

        assertThat(sieved.passing()).hasSize(6);
    }

    @Test
    void limitsOutsideTheirRangeAreRefused() {
        assertThatThrownBy(() -> new Limits(1.5, 0, 1000))
                .hasMessageContaining("min-satisfaction of 1.5 is outside 0 to 1");
        assertThatThrownBy(() -> new Limits(0.5, -1, 1000))
                .hasMessageContaining("min-satisfying-pairs of -1 is below 0");
        assertThatThrownBy(() -> new Limits(0.5, 0, 19))
                .hasMessageContaining("max-judged of 19 is outside 20 to 10000");
    }

    private static SatisfactionSieve sieve(List<JudgedReply> judged, Limits limits) {
        return new SatisfactionSieve(most -> judged, model, limits);
    }
}
