package dev.rejoinder.signals.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoinerTest {
    private final InMemoryTurnStore store = new InMemoryTurnStore();
    private final Joiner joiner = new Joiner(store);

    @Test
    void aFollowUpIsJoinedWithTheReplyItSpeaksOf() {
        Conversation chat = new Conversation("c", "u");
        Turn first = chat.turn("what is tea", "a drink");
        Turn second = chat.turn("go on", "made of leaves");

        Joiner.Joined joined = joiner.take(List.of(first, second), Set.of());

        assertThat(joined.joined()).containsExactly(new FollowedTurn(first, second));
        assertThat(joined.joined().getFirst().exchange().request()).isEqualTo("what is tea");
        assertThat(joined.joined().getFirst().exchange().reply()).isEqualTo("a drink");
        assertThat(joined.joined().getFirst().exchange().followUp()).isEqualTo("go on");
        assertThat(joined.first()).isEqualTo(1);
        assertThat(joined.unknown()).isZero();
    }

    @Test
    void aTurnWhosePredecessorIsUnknownGivesNothing() {
        Conversation chat = new Conversation("c", "u");
        chat.turn("never recorded", "lost");
        Turn second = chat.turn("go on", "more");

        Joiner.Joined joined = joiner.take(List.of(second), Set.of());

        assertThat(joined.joined()).isEmpty();
        assertThat(joined.unknown()).isEqualTo(1);
    }

    @Test
    void everyOrderAndEveryCutIntoBatchesGivesTheSameJoins() {
        List<Turn> turns = new ArrayList<>();
        for (int c = 0; c < 4; c++) {
            Conversation chat = new Conversation("c" + c, "u" + c % 2);
            for (int t = 0; t < 5; t++) turns.add(chat.turn("request " + t + c, "reply " + t));
        }
        Set<FollowedTurn> expected =
                new HashSet<>(new Joiner(new InMemoryTurnStore()).take(turns, Set.of()).joined());
        assertThat(expected).hasSize(16);

        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Collections.shuffle(turns, random);
            Joiner fresh = new Joiner(new InMemoryTurnStore());
            Set<FollowedTurn> found = new HashSet<>();
            for (int from = 0; from < turns.size(); ) {
                int to = Math.min(turns.size(), from + 1 + random.nextInt(6));
                found.addAll(fresh.take(turns.subList(from, to), Set.of()).joined());
                from = to;
            }
            assertThat(found).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void aTurnTakenTwiceGivesTheSameJoinAgainAndNoOther() {
        Conversation chat = new Conversation("c", "u");
        Turn first = chat.turn("a", "b");
        Turn second = chat.turn("c", "d");
        List<FollowedTurn> once = joiner.take(List.of(first, second), Set.of()).joined();

        assertThat(joiner.take(List.of(first, second, second), Set.of()).joined()).isEqualTo(once);
    }

    @Test
    void usersWhoGotTheSameWordsAreNeverJoined() {
        Turn mine = new Conversation("c1", "me").turn("hi", "hello");
        Conversation other = new Conversation("c2", "you");
        other.turn("hi", "hello");
        Turn theirs = other.turn("thanks", "welcome");

        assertThat(joiner.take(List.of(mine, theirs), Set.of()).joined()).isEmpty();
    }

    @Test
    void nobodyIsTakenForSomebodyElseBecauseNeitherHasAName() {
        Turn mine = new Conversation("c1", "").turn("hi", "hello");
        Conversation other = new Conversation("c2", "");
        Turn theirFirst = other.turn("hi", "hello");
        Turn theirs = other.turn("thanks", "welcome");

        assertThat(joiner.take(List.of(mine, theirs), Set.of()).joined()).isEmpty();
        assertThat(joiner.take(List.of(theirFirst), Set.of()).joined())
                .containsExactly(new FollowedTurn(theirFirst, theirs));
    }

    @Test
    void theSameConversationIsPreferredToAnotherWithTheSameWords() {
        Conversation one = new Conversation("c1", "u");
        Conversation two = new Conversation("c2", "u");
        Turn first = one.turn("hi", "hello");
        Turn otherFirst = two.turn("hi", "hello");
        Turn follow = two.turn("thanks", "welcome");

        assertThat(joiner.take(List.of(otherFirst, first, follow), Set.of()).joined())
                .containsExactly(new FollowedTurn(otherFirst, follow));
    }

    @Test
    void anErasedTurnIsJoinedNoMore() {
        Conversation chat = new Conversation("c", "u");
        Turn first = chat.turn("a", "b");
        Turn second = chat.turn("c", "d");
        joiner.take(List.of(first), Set.of());

        joiner.take(List.of(), Set.of(first.turnId()));

        assertThat(joiner.take(List.of(second), Set.of()).joined()).isEmpty();
    }
}
