package dev.rejoinder.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final int VOCABULARY = 49_152;
    private static final int CONTEXT = 2048;
    private static final int MANY = 4_000;

    @Test
    void theSameSeedGivesTheSameRequests() {
        assertThat(requests(7, 500))
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(requests(7, 500));
    }

    @Test
    void anotherSeedGivesOthers() {
        assertThat(requests(7, 1).getFirst().prompt())
                .isNotEqualTo(requests(8, 1).getFirst().prompt());
    }

    @Test
    void everyRequestFitsTheModel() {
        assertThat(requests(1, MANY))
                .allSatisfy(r -> {
                    assertThat(r.prompt()).isNotEmpty();
                    assertThat(Arrays.stream(r.prompt()))
                            .allMatch(id -> id >= 0 && id < VOCABULARY);
                    assertThat(r.maxTokens()).isPositive();
                    assertThat(r.prompt().length + r.maxTokens())
                            .isLessThanOrEqualTo(Workload.LONGEST);
                });
    }

    /** Shares of 4,000 draws: three standard deviations are at most 2.4 %. */
    @Test
    void requestsOfEveryKindComeInTheirShares() {
        List<PlannedRequest> all = requests(1, MANY);

        assertThat(share(all, PlannedRequest::adapted)).isBetween(0.42, 0.48);
        assertThat(share(all, PlannedRequest::json)).isBetween(0.03, 0.05);
        assertThat(share(all, r -> r.leaving() instanceof Leaving.Waiting)).isBetween(0.06, 0.1);
        assertThat(share(all, r -> r.leaving() instanceof Leaving.Reading)).isBetween(0.04, 0.08);
        assertThat(share(all, r -> r.leaving() instanceof Leaving.Decoding)).isBetween(0.08, 0.12);
        assertThat(share(all, r -> r.sampling().temperature() == 0)).isBetween(0.14, 0.2);
    }

    /** Six beginnings of at least 32 tokens for half of the requests, and no other are alike. */
    @Test
    void halfOfThePromptsBeginLikeOthers() {
        List<List<Integer>> beginnings =
                requests(1, MANY).stream().map(r -> beginning(r.prompt())).toList();
        Map<List<Integer>, Long> times =
                beginnings.stream().collect(Collectors.groupingBy(b -> b, Collectors.counting()));

        double alike = share(beginnings, b -> times.getOrDefault(b, 0L) > 1);

        assertThat(alike).isBetween(0.47, 0.53);
    }

    @Test
    void whatIsGivenUpWhileItIsReadTakesSeveralPassesToRead() {
        assertThat(requests(1, MANY).stream().filter(r -> r.leaving() instanceof Leaving.Reading))
                .allMatch(r -> r.prompt().length > 256);
    }

    @Test
    void aModelWhoseContextIsTooShortIsRefused() {
        assertThatThrownBy(() -> new Workload(1, VOCABULARY, 512))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("512")
                .hasMessageContaining("1024");
    }

    private static List<PlannedRequest> requests(long seed, int count) {
        Workload workload = new Workload(seed, VOCABULARY, CONTEXT);
        return Stream.generate(workload::next).limit(count).toList();
    }

    private static List<Integer> beginning(int[] prompt) {
        return Arrays.stream(prompt).limit(32).boxed().toList();
    }

    private static <T> double share(List<T> all, Predicate<T> kind) {
        return all.stream().filter(kind).count() / (double) all.size();
    }
}
