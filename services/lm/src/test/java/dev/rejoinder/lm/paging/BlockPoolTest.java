package dev.rejoinder.lm.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockPoolTest {
    private static final int[] TEXT = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    private final BlockPool pool = new BlockPool(6, 4);

    @Test
    void aTextThatBeginsAlikeGetsTheSameBlocksAsLongAsTheyAreFull() {
        BlockTable first = read(0, TEXT);

        BlockTable second = pool.begin(0, new int[] {1, 2, 3, 4, 5, 6, 7, 0}, 7);

        assertThat(second.size()).isEqualTo(1);
        assertThat(second.blocks()[0]).isEqualTo(first.blocks()[0]);
        assertThat(pool.found(0, TEXT, 9)).isEqualTo(8);
        assertThat(pool.found(0, TEXT, 7)).isEqualTo(4);
    }

    @Test
    void whatOtherWeightsHaveReadIsNotFound() {
        read(0, TEXT);

        assertThat(pool.found(1, TEXT, 9)).isZero();
    }

    @Test
    void aBlockBehindAnotherBeginningIsAnotherBlock() {
        read(0, TEXT);

        assertThat(pool.found(0, new int[] {5, 6, 7, 8}, 4)).isZero();
    }

    @Test
    void givenBackBlocksAreFoundUntilTheirRoomIsNeededLastOnesFirst() {
        pool.release(read(0, TEXT));
        assertThat(pool.available()).isEqualTo(6);

        BlockTable other = pool.begin(0, new int[0], 0);
        assertThat(pool.reserve(other, 20)).isTrue();

        assertThat(pool.found(0, TEXT, 9)).isEqualTo(4);
        assertThat(pool.reserve(other, 28)).isFalse();
        assertThat(other.size()).isEqualTo(5);
    }

    @Test
    void blocksInUseAreNeverTaken() {
        BlockTable first = read(0, TEXT);
        pool.release(read(0, TEXT));
        BlockTable other = pool.begin(0, new int[0], 0);

        assertThat(pool.reserve(other, 16)).isFalse();
        assertThat(pool.reserve(other, 12)).isTrue();

        assertThat(Arrays.stream(first.blocks()).limit(3))
                .doesNotContainAnyElementsOf(
                        Arrays.stream(other.blocks()).limit(3).boxed().toList());
    }

    /** Against a model that keeps every block's text: no block serves two of them at once. */
    @Test
    void randomTextsNeverShareABlockThatDoesNotSayTheSame() {
        var random = new SplittableRandom(20261124);
        List<int[]> texts = new ArrayList<>();
        List<BlockTable> tables = new ArrayList<>();
        Map<Integer, List<Integer>> said = new HashMap<>();
        int refused = 0;
        int shared = 0;
        for (int i = 0; i < 5000; i++) {
            if (!tables.isEmpty() && random.nextInt(3) == 0) {
                int ended = random.nextInt(tables.size());
                texts.remove(ended);
                pool.release(tables.remove(ended));
                continue;
            }
            int[] text = random.ints(1 + random.nextInt(12), 0, 2).toArray();
            BlockTable table = pool.begin(0, text, text.length - 1);
            int cached = 4 * table.size();
            for (int at = 0; at < table.size(); at++)
                assertThat(said.get(table.blocks()[at])).isEqualTo(beginning(text, 4 * at + 4));
            if (!pool.reserve(table, text.length)) {
                pool.release(table);
                refused++;
                continue;
            }
            shared += cached;
            for (int at = cached / 4; at < table.size(); at++)
                said.put(table.blocks()[at], beginning(text, 4 * at + 4));
            pool.publish(table, text, text.length);
            texts.add(text);
            tables.add(table);
            for (int t = 0; t < tables.size(); t++)
                for (int at = 0; at < tables.get(t).size(); at++)
                    assertThat(said.get(tables.get(t).blocks()[at]))
                            .isEqualTo(beginning(texts.get(t), 4 * at + 4));
        }
        assertThat(refused).isPositive();
        assertThat(shared).isPositive();
        tables.forEach(pool::release);
        assertThat(pool.held()).isZero();
    }

    private static List<Integer> beginning(int[] text, int length) {
        return Arrays.stream(text).limit(length).boxed().toList();
    }

    private BlockTable read(long owner, int[] text) {
        BlockTable table = pool.begin(owner, text, text.length - 1);
        assertThat(pool.reserve(table, text.length)).isTrue();
        pool.publish(table, text, text.length);
        return table;
    }
}
