package io.mmulab.kernel.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;

import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.Prot;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.proc.PageView;

/** {@code do_pages_move()} and {@code add_folio_for_migration()} of {@code mm/migrate.c}. */
class MovePagesTest {
    private static final int ENOENT = -2;
    private static final int EACCES = -13;
    private static final int EFAULT = -14;
    private static final int EBUSY = -16;
    private static final int NOT_REACHED = -99;
    private static final long HUGE = 512 * Lab.PAGE;

    private Lab lab = new Lab(Architecture.X86_64, KernelVersion.V7_3, KernelDesign.LINUX_6_6);
    private int mm = lab.spawn();

    private void restart(KernelVersion version) {
        lab = new Lab(Architecture.X86_64, version, KernelDesign.LINUX_6_6);
        mm = lab.spawn();
    }

    private Outcome move(long address, int pages, int node) {
        return lab.apply(new Operation.MovePages(mm, address, pages, Lab.PAGE, node));
    }

    private void write(int... pages) {
        for (int page : pages) {
            lab.write(mm, Lab.A + page * Lab.PAGE, page + 1);
        }
    }

    private PageView page(int index) {
        AddressSpace space = lab.machine().addressSpace(mm);
        long address = Lab.A + index * Lab.PAGE;
        return lab.machine().pagemap().page(space, Objects.requireNonNull(space.vmas().lookup(address)), address);
    }

    private int nodeOf(int index) {
        return lab.machine().frames().has(page(index).frame(), Frames.REMOTE_NODE) ? 1 : 0;
    }

    @Test
    void pagesMoveThereAndBack() {
        lab.mapAnonymous(mm, Lab.A, 3 * Lab.PAGE);
        write(0, 1, 2);
        int used = lab.machine().frames().inUse();
        Outcome there = move(Lab.A, 3, 1);
        assertThat(there.result()).isZero();
        assertThat(there.pageStatus()).containsExactly(1, 1, 1);
        assertThat(nodeOf(0)).isEqualTo(1);
        assertThat(nodeOf(2)).isEqualTo(1);
        assertThat(move(Lab.A + Lab.PAGE, 1, 0).pageStatus()).containsExactly(0);
        assertThat(nodeOf(1)).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(lab.read(mm, Lab.A + i * Lab.PAGE).value()).isEqualTo(i + 1);
        }
        assertThat(lab.machine().frames().inUse()).isEqualTo(used);
    }

    @Test
    void whatIsThereAlreadyStays() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        write(0);
        int frame = page(0).frame();
        assertThat(move(Lab.A, 1, 0).pageStatus()).containsExactly(0);
        assertThat(page(0).frame()).isEqualTo(frame);
    }

    @Test
    void thereAreTwoNodes() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        write(0);
        for (int node : new int[] {-1, 2}) {
            Outcome refused = move(Lab.A, 1, node);
            assertThat(refused.error()).isEqualTo("ENODEV");
            assertThat(refused.pageStatus()).containsExactly(NOT_REACHED);
        }
        assertThat(nodeOf(0)).isZero();
    }

    @Test
    void eachPageHasItsOwnReason() {
        lab.mapAnonymous(mm, Lab.A, 4 * Lab.PAGE);
        write(0, 3);
        lab.read(mm, Lab.A + Lab.PAGE);
        Outcome moved = move(Lab.A, 5, 1);
        assertThat(moved.result()).isZero();
        assertThat(moved.pageStatus()).as("a page, the zero page, a hole, a page, nothing mapped").containsExactly(1,
                EFAULT, ENOENT, 1, EFAULT);
    }

    @Test
    void before612AHoleOfAnonymousMemoryIsAFault() {
        restart(KernelVersion.V6_1);
        lab.mapAnonymous(mm, Lab.A, 2 * Lab.PAGE);
        write(0);
        assertThat(move(Lab.A, 2, 1).pageStatus()).containsExactly(1, EFAULT);
    }

    @Test
    void aSwappedPageIsNotThere() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        write(0);
        lab.apply(new Operation.Swap(true));
        lab.apply(new Operation.Madvise(mm, Lab.A, Lab.PAGE, Advice.MADV_PAGEOUT));
        assertThat(move(Lab.A, 1, 1).pageStatus()).containsExactly(ENOENT);
    }

    @Test
    void aPageOfTwoProcessesIsNotMoved() {
        for (KernelVersion version : KernelVersion.PRESETS) {
            restart(version);
            lab.mapAnonymous(mm, Lab.A, 2 * Lab.PAGE);
            write(0, 1);
            int child = lab.fork(mm);
            lab.write(child, Lab.A + Lab.PAGE, 9);
            assertThat(move(Lab.A, 2, 1).pageStatus()).as(version.name()).containsExactly(EACCES, 1);
        }
    }

    @Test
    void aPinnedPageIsCountedAndStays() {
        for (KernelVersion version : KernelVersion.PRESETS) {
            restart(version);
            lab.mapAnonymous(mm, Lab.A, 3 * Lab.PAGE);
            write(0, 1, 2);
            lab.apply(new Operation.RegisterBuffer(mm, Lab.A + Lab.PAGE, Lab.PAGE));
            int frame = page(1).frame();
            Outcome moved = move(Lab.A, 3, 1);
            assertThat(moved.result()).as(version.name()).isEqualTo(1);
            assertThat(moved.pageStatus()).as("not written if anything failed").containsOnly(NOT_REACHED);
            assertThat(page(1).frame()).isEqualTo(frame);
            assertThat(page(1).anonExclusive()).isTrue();
            assertThat(Pte.write(page(1).pte())).isTrue();
            assertThat(nodeOf(0)).isEqualTo(1);
            assertThat(nodeOf(2)).isEqualTo(1);
        }
    }

    @Test
    void aFailureEndsTheCallAndCountsWhatWasNotReached() {
        lab.mapAnonymous(mm, Lab.A, 5 * Lab.PAGE);
        write(0, 2, 3, 4);
        lab.apply(new Operation.RegisterBuffer(mm, Lab.A, Lab.PAGE));
        Outcome moved = move(Lab.A, 5, 1);
        assertThat(moved.result()).as("the pinned one, and three behind the hole").isEqualTo(4);
        assertThat(moved.pageStatus()).containsExactly(NOT_REACHED, ENOENT, NOT_REACHED, NOT_REACHED, NOT_REACHED);
        assertThat(nodeOf(2)).isZero();
    }

    @Test
    void aHugePageMovesAsAWholeAndOnce() {
        lab.apply(new Operation.SetThp("enabled", "always"));
        lab.mapAnonymous(mm, Lab.A, HUGE);
        write(0, 100);
        int head = page(0).frame();
        Outcome moved = move(Lab.A, 3, 1);
        assertThat(moved.pageStatus()).as("the second finds it taken, which ends the first batch").containsExactly(1,
                EBUSY,
                1);
        assertThat(page(100).level()).isEqualTo(1);
        assertThat(page(0).frame()).isNotEqualTo(head);
        assertThat(page(0).frame() % 512).isZero();
        assertThat(page(100).frame()).isEqualTo(page(0).frame() + 100);
        assertThat(page(511).anonExclusive()).isTrue();
        assertThat(lab.read(mm, Lab.A + 100 * Lab.PAGE).value()).isEqualTo(101);
    }

    @Test
    void aPinnedHugePageStaysAsItWas() {
        lab.apply(new Operation.SetThp("enabled", "always"));
        lab.mapAnonymous(mm, Lab.A, HUGE);
        write(0);
        lab.apply(new Operation.RegisterBuffer(mm, Lab.A, Lab.PAGE));
        PageView before = page(0);
        assertThat(move(Lab.A, 1, 1).result()).isEqualTo(1);
        assertThat(page(0).frame()).isEqualTo(before.frame());
        assertThat(page(0).level()).isEqualTo(1);
        assertThat(page(0).anonExclusive()).isTrue();
        assertThat(Pte.write(page(0).pte())).isTrue();
    }

    @Test
    void aSplitHugePageMovesWithAllItsEntries() {
        lab.apply(new Operation.SetThp("enabled", "always"));
        lab.mapAnonymous(mm, Lab.A, HUGE);
        write(0, 300);
        lab.mprotect(mm, Lab.A + 256 * Lab.PAGE, 256 * Lab.PAGE, Prot.PROT_READ);
        assertThat(page(0).level()).isZero();
        assertThat(move(Lab.A, 1, 1).pageStatus()).containsExactly(1);
        assertThat(nodeOf(300)).isEqualTo(1);
        assertThat(page(300).frame()).isEqualTo(page(0).frame() + 300);
        assertThat(Pte.write(page(300).pte())).isFalse();
        assertThat(Pte.write(page(0).pte())).isTrue();
        assertThat(lab.read(mm, Lab.A + 300 * Lab.PAGE).value()).isEqualTo(301 & 0xff);
    }
}
