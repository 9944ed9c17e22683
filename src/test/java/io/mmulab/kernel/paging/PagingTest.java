package io.mmulab.kernel.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

class PagingTest {
    private static final long PAGE = 4096;
    private static final long LEAF = 512 * PAGE;
    private static final long END = 1L << 47;

    private final PageTable table = new PageTable(12, 9, 9, 9, 9);
    private final Frames frames = new Frames(4);

    @Test
    void aProtNonePageIsPresentButNotValid() {
        long pte = Pte.modify(Pte.of(5, Pte.PRESENT | Pte.WRITE | Pte.DIRTY), Pte.PROTNONE);
        assertThat(Pte.present(pte)).isTrue();
        assertThat(Pte.valid(pte)).isFalse();
        assertThat(Pte.write(pte)).isFalse();
        assertThat(Pte.dirty(pte)).isTrue();
        assertThat(Pte.frame(pte)).isEqualTo(5);
    }

    @Test
    void wrprotectKeepsTheFrameAndTheDirtyBit() {
        long pte = Pte.wrprotect(Pte.of(7, Pte.PRESENT | Pte.WRITE | Pte.DIRTY | Pte.ACCESSED));
        assertThat(pte).isEqualTo(Pte.of(7, Pte.PRESENT | Pte.DIRTY | Pte.ACCESSED));
    }

    @Test
    void readingWhereNoTableIsMakesNone() {
        assertThat(table.get(0x1234_5000L)).isEqualTo(Pte.NONE);
        assertThat(table.liveTables()).isEqualTo(1);
        assertThat(table.hasLeaf(0x1234_5000L)).isFalse();
    }

    @Test
    void oneEntryCostsOneTablePerLevel() {
        table.set(LEAF, Pte.of(9, Pte.PRESENT));
        assertThat(table.liveTables()).isEqualTo(4);
        assertThat(table.get(LEAF)).isEqualTo(Pte.of(9, Pte.PRESENT));
        assertThat(table.get(LEAF + PAGE)).isEqualTo(Pte.NONE);
    }

    @Test
    void nextEntrySkipsWhatIsEmpty() {
        table.set(3 * PAGE, Pte.of(1, Pte.PRESENT));
        table.set(1L << 40, Pte.of(2, Pte.PRESENT));
        assertThat(table.nextEntry(0, END)).isEqualTo(3 * PAGE);
        assertThat(table.nextEntry(4 * PAGE, END)).isEqualTo(1L << 40);
        assertThat(table.nextEntry((1L << 40) + PAGE, END)).isEqualTo(END);
        assertThat(table.nextEntry(0, 3 * PAGE)).isEqualTo(3 * PAGE);
    }

    @Test
    void tablesBetweenTwoMappingsStay() {
        table.set(LEAF, Pte.of(1, Pte.PRESENT));
        table.set(LEAF, Pte.NONE);
        List<Integer> freed = new ArrayList<>();
        table.free(LEAF, LEAF + PAGE, 0, LEAF + 8 * PAGE, (address, level) -> freed.add(level));
        assertThat(freed).isEmpty();
        table.free(LEAF, LEAF + PAGE, 0, END, (address, level) -> freed.add(level));
        assertThat(freed).as("the last is the P4D, which is folded into the root").containsExactly(1, 2, 3, 4);
        assertThat(table.liveTables()).isEqualTo(1);
    }

    @Test
    void aFreedTableIsEmptyWhenItIsUsedAgain() {
        table.set(LEAF, Pte.of(1, Pte.PRESENT));
        table.set(LEAF, Pte.NONE);
        table.free(LEAF, LEAF + PAGE, 0, END, (address, level) -> {
        });
        table.set(5 * LEAF + PAGE, Pte.of(2, Pte.PRESENT));
        assertThat(table.nextEntry(0, END)).isEqualTo(5 * LEAF + PAGE);
        assertThat(table.nextEntry(5 * LEAF + 2 * PAGE, END)).isEqualTo(END);
    }

    @Test
    void hardwareBitsSetThroughAnyPageOfAHugeLeafAreTheLeafs() {
        table.setEntry(LEAF, 1, Pte.huge(512, 1, Pte.PRESENT | Pte.WRITE));
        long seen = table.get(LEAF + 3 * PAGE);
        assertThat(Pte.frame(seen)).isEqualTo(515);
        table.update(LEAF + 3 * PAGE, Pte.mkdirty(Pte.mkyoung(seen)));
        assertThat(table.entry(LEAF, 1)).isEqualTo(Pte.mkdirty(Pte.mkyoung(Pte.huge(512, 1, Pte.PRESENT | Pte.WRITE))));
    }

    @Test
    void theLastReferenceFreesAFrame() {
        int frame = frames.alloc(Frames.ANON);
        frames.get(frame);
        frames.put(frame);
        assertThat(frames.inUse()).isEqualTo(1);
        frames.put(frame);
        assertThat(frames.inUse()).isZero();
        assertThatThrownBy(() -> frames.put(frame)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aReusedFrameHoldsZeroesAndNoFlags() {
        int frame = frames.alloc(Frames.ANON);
        frames.write(frame, (byte) 7);
        frames.set(frame, Frames.DIRTY);
        frames.put(frame);
        int again = frames.alloc(Frames.PAGE_CACHE);
        assertThat(again).isEqualTo(frame);
        assertThat(frames.content(again)).isZero();
        assertThat(frames.has(again, Frames.DIRTY)).isFalse();
    }

    @Test
    void eachByteOfAPageIsItsOwn() {
        int frame = frames.alloc(Frames.ANON);
        frames.write(frame, 5, (byte) 7);
        frames.write(frame, 3, (byte) 8);
        frames.write(frame, (byte) 9);
        assertThat(bytes(frame, 0, 3, 4, 5, 0xffff)).containsExactly(9, 8, 0, 7, 0);
        frames.write(frame, 3, (byte) 1);
        frames.write(frame, 5, (byte) 0);
        assertThat(bytes(frame, 3, 5)).containsExactly(1, 0);
    }

    @Test
    void aReusedFrameHoldsZeroesBehindItsFirstByteToo() {
        int frame = frames.alloc(Frames.ANON);
        frames.fill(frame, (byte) 7);
        frames.put(frame);
        int again = frames.alloc(Frames.ANON);
        assertThat(again).isEqualTo(frame);
        assertThat(frames.isZeroed(again)).isTrue();
        frames.write(again, 9, (byte) 1);
        assertThat(bytes(again, 8, 9)).containsExactly(0, 1);
    }

    @Test
    void aCopyHoldsAllBytesAndGoesItsOwnWay() {
        int from = frames.alloc(Frames.ANON);
        int to = frames.alloc(Frames.ANON);
        frames.fill(to, (byte) 3);
        frames.write(from, 5, (byte) 7);
        frames.copyContent(from, to);
        assertThat(frames.pageContent(to)).isEqualTo(frames.pageContent(from));
        frames.write(to, 5, (byte) 8);
        assertThat(bytes(from, 4, 5)).containsExactly(0, 7);
        assertThat(bytes(to, 4, 5)).containsExactly(0, 8);
    }

    @Test
    void pagesAreEqualIfAllTheirBytesAre() {
        int one = frames.alloc(Frames.ANON);
        int other = frames.alloc(Frames.ANON);
        frames.write(one, 5, (byte) 7);
        frames.write(one, 6, (byte) 8);
        assertThat(frames.isZeroed(one)).isFalse();
        frames.write(other, 6, (byte) 8);
        assertThat(frames.pageContent(one)).isNotEqualTo(frames.pageContent(other));
        frames.write(other, 5, (byte) 7);
        assertThat(frames.pageContent(one)).isEqualTo(frames.pageContent(other))
                .hasSameHashCodeAs(frames.pageContent(other));
        frames.write(one, 5, (byte) 0);
        frames.write(one, 6, (byte) 0);
        assertThat(frames.isZeroed(one)).isTrue();
    }

    @Test
    void aCompoundPageIsCopiedAndZeroedWithAllBytes() {
        Frames many = new Frames(1 << 10);
        int from = many.alloc(2, Frames.ANON);
        int to = many.alloc(2, Frames.ANON);
        many.write(from + 3, 5, (byte) 7);
        many.write(to + 1, 5, (byte) 6);
        many.copy(from, to);
        assertThat(many.content(to + 3, 5)).isEqualTo((byte) 7);
        assertThat(many.content(to + 1, 5)).isZero();
        many.split(from, 1);
        assertThat(many.content(from + 3, 5)).isEqualTo((byte) 7);
        many.zero(to);
        assertThat(many.isZeroed(to + 3)).isTrue();
        many.write(to + 3, 5, (byte) 7);
        many.put(to);
        assertThat(many.alloc(2, Frames.ANON)).isEqualTo(to);
        assertThat(many.isZeroed(to + 3)).isTrue();
    }

    private List<Integer> bytes(int frame, int... offsets) {
        return Arrays.stream(offsets).mapToObj(offset -> (int) frames.content(frame, offset)).toList();
    }

    @Test
    void memoryEndsAtItsLimit() {
        for (int i = 0; i < 4; i++) {
            assertThat(frames.alloc(Frames.ANON)).isNotEqualTo(Frames.NO_FRAME);
        }
        assertThat(frames.alloc(Frames.ANON)).isEqualTo(Frames.NO_FRAME);
    }

    @Test
    void theZeroPageIsNeverWritten() {
        assertThatThrownBy(() -> frames.write(Frames.ZERO_PAGE, (byte) 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> frames.write(Frames.ZERO_PAGE, 5, (byte) 1)).isInstanceOf(IllegalStateException.class);
    }
}
