package io.mmulab.kernel.swap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.vma.MappedFile;

/** {@code swap_vma_ra_win()}, {@code __swapin_nr_pages()} and {@code swap_cluster_readahead()} of {@code mm/swap_state.c}. */
class SwapReadaheadTest {
    private static final int PAGES = 64;

    private Lab lab = new Lab(Architecture.X86_64, KernelVersion.V6_12, KernelDesign.LINUX_6_6);
    private int mm = lab.spawn();

    /** Pages on the device with two entries each, so that they come back through the swap cache; page i holds i + 1. */
    private void swapOut(long address, int pages) {
        for (int i = 0; i < pages; i++) {
            lab.write(mm, address + i * Lab.PAGE, i + 1);
        }
        lab.apply(new Operation.Swap(true));
        lab.apply(new Operation.Madvise(mm, address, pages * Lab.PAGE, Advice.MADV_PAGEOUT));
    }

    private void anonymous() {
        lab.mapAnonymous(mm, Lab.A, PAGES * Lab.PAGE);
        swapOut(Lab.A, PAGES);
        lab.fork(mm);
    }

    private void tmpfs() {
        lab.createFile("f", MappedFile.Kind.TMPFS, PAGES);
        lab.mapFile(mm, Lab.A, PAGES * Lab.PAGE, "f", MapFlag.MAP_SHARED);
        swapOut(Lab.A, PAGES);
    }

    private boolean isMajor(int page) {
        Outcome outcome = lab.read(mm, Lab.A + page * Lab.PAGE);
        assertThat(outcome.value()).isEqualTo(page + 1);
        return outcome.faults().getLast().major();
    }

    private void major(int page) {
        assertThat(isMajor(page)).as("page %d was not read ahead", page).isTrue();
    }

    private void minor(int... pages) {
        for (int page : pages) {
            assertThat(isMajor(page)).as("page %d was read ahead", page).isFalse();
        }
    }

    /** The pages that were read ahead and not used yet. */
    private Set<Integer> ahead() {
        Set<Integer> pages = new TreeSet<>();
        Frames frames = lab.machine().frames();
        for (int frame = 1; frame < frames.highest(); frame++) {
            if (frames.refcount(frame) > 0 && frames.has(frame, Frames.READAHEAD)) {
                pages.add(frames.content(frame) - 1);
            }
        }
        return pages;
    }

    @Test
    void theFirstFaultReadsEightPagesAround() {
        anonymous();
        major(20);
        assertThat(ahead()).containsExactly(17, 18, 19, 21, 22, 23, 24);
        minor(17);
        assertThat(ahead()).containsExactly(18, 19, 21, 22, 23, 24);
    }

    @Test
    void readingUpwardsReadsWhatFollows() {
        anonymous();
        major(20);
        minor(21, 22, 23, 24);
        major(25);
        assertThat(ahead()).containsExactly(17, 18, 19, 26, 27, 28, 29, 30, 31, 32);
    }

    @Test
    void readingDownwardsReadsWhatComesBefore() {
        anonymous();
        major(20);
        minor(19, 18, 17);
        major(16);
        assertThat(ahead()).containsExactly(9, 10, 11, 12, 13, 14, 15, 21, 22, 23, 24);
    }

    @Test
    void withoutHitsTheWindowHalves() {
        anonymous();
        major(20);
        major(40);
        assertThat(ahead()).containsExactly(17, 18, 19, 21, 22, 23, 24, 39, 41, 42);
        major(50);
        assertThat(ahead()).contains(51).doesNotContain(49, 52);
        major(60);
        assertThat(ahead()).doesNotContain(59, 61);
    }

    @Test
    void aNeighbourWithoutHitsReadsTwo() {
        anonymous();
        major(20);
        major(40);
        major(50);
        major(60);
        major(61);
        assertThat(ahead()).contains(62).doesNotContain(59, 63);
        major(5);
        major(4);
        assertThat(ahead()).contains(3).doesNotContain(2, 6);
    }

    @Test
    void fewHitsReadFour() {
        anonymous();
        major(20);
        major(40);
        minor(41);
        major(50);
        assertThat(ahead()).contains(49, 51, 52).doesNotContain(48, 53);
    }

    @Test
    void theWindowEndsWithTheVma() {
        anonymous();
        major(0);
        major(PAGES - 1);
        assertThat(ahead()).containsExactly(1, 2, 3, 4, PAGES - 2);
    }

    @Test
    void theWindowEndsWithThePageTable() {
        long table = Lab.A + (512 - 4) * Lab.PAGE;
        lab.mapAnonymous(mm, table, 8 * Lab.PAGE);
        swapOut(table, 8);
        lab.fork(mm);
        assertThat(lab.read(mm, table + 2 * Lab.PAGE).faults().getLast().major()).isTrue();
        assertThat(ahead()).containsExactly(0, 1, 3);
        assertThat(lab.read(mm, table + 5 * Lab.PAGE).faults().getLast().major()).isTrue();
        assertThat(ahead()).as("half of the window before").containsExactly(0, 1, 3, 4, 6, 7);
    }

    @Test
    void whatIsNotOnTheDeviceIsNotReadAhead() {
        lab.mapAnonymous(mm, Lab.A, PAGES * Lab.PAGE);
        swapOut(Lab.A, 24);
        lab.fork(mm);
        lab.write(mm, Lab.A + 25 * Lab.PAGE, 1);
        major(22);
        assertThat(ahead()).containsExactly(19, 20, 21, 23);
    }

    @Test
    void whatOneEntryStandsForIsReadPastTheCache() {
        lab.mapAnonymous(mm, Lab.A, PAGES * Lab.PAGE);
        swapOut(Lab.A, PAGES);
        major(20);
        assertThat(ahead()).isEmpty();
    }

    @Test
    void since618NothingIsReadAhead() {
        lab = new Lab(Architecture.X86_64, KernelVersion.V7_3, KernelDesign.LINUX_6_6);
        mm = lab.spawn();
        anonymous();
        major(20);
        assertThat(ahead()).isEmpty();
        major(21);
    }

    /** Slots are given in order from 8, so that a file's page i has slot i + 8. */
    @Test
    void aFileReadsTheSlotsOfAnAlignedWindow() {
        tmpfs();
        major(3);
        assertThat(ahead()).containsExactly(0, 1, 2, 4, 5, 6, 7);
        major(18);
        assertThat(ahead()).containsExactly(0, 1, 2, 4, 5, 6, 7, 16, 17, 19);
        major(21);
        assertThat(ahead()).contains(20).doesNotContain(22, 23);
        major(22);
        assertThat(ahead()).contains(23);
        major(40);
        assertThat(ahead()).doesNotContain(41);
    }

    @Test
    void hitsOfAFileWidenItsWindow() {
        tmpfs();
        major(3);
        major(18);
        minor(16, 17, 19);
        major(33);
        assertThat(ahead()).contains(32, 34, 35, 36, 37, 38, 39).doesNotContain(31, 40);
    }
}
