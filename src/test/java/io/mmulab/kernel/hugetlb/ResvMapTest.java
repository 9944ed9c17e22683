package io.mmulab.kernel.hugetlb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

class ResvMapTest {
    private final ResvMap map = new ResvMap();

    @Test
    void addingSaysHowManyOffsetsWereNotThere() {
        assertThat(map.add(2, 5)).isEqualTo(3);
        assertThat(map.add(4, 8)).isEqualTo(3);
        assertThat(map.add(0, 10)).isEqualTo(4);
        assertThat(map.count(0, Long.MAX_VALUE)).isEqualTo(10);
    }

    @Test
    void removingFromTheMiddleLeavesBothEnds() {
        map.add(0, 10);
        assertThat(map.remove(3, 6)).isEqualTo(3);
        assertThat(map.count(0, 3)).isEqualTo(3);
        assertThat(map.missing(3, 6)).isEqualTo(3);
        assertThat(map.count(6, 10)).isEqualTo(4);
    }

    @Test
    void theLastReferenceEmptiesIt() {
        map.add(0, 4);
        map.get();
        map.put();
        assertThat(map.count(0, 4)).isEqualTo(4);
        map.put();
        assertThat(map.count(0, 4)).isZero();
    }

    @Test
    void aLongRandomHistoryAgreesWithASet() {
        Random random = new Random(7);
        TreeSet<Long> model = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            long from = random.nextInt(60);
            long to = from + 1 + random.nextInt(8);
            boolean add = random.nextBoolean();
            long expected = 0;
            for (long offset = from; offset < to; offset++) {
                expected += (add ? model.add(offset) : model.remove(offset)) ? 1 : 0;
            }
            assertThat(add ? map.add(from, to) : map.remove(from, to)).isEqualTo(expected);
            assertThat(map.count(0, 100)).isEqualTo(model.size());
            assertThat(map.missing(10, 30)).isEqualTo(20 - model.subSet(10L, 30L).size());
        }
    }
}
