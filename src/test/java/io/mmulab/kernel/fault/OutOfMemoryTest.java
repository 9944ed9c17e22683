package io.mmulab.kernel.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.mmulab.device.Lab;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.Advice;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.machine.UserfaultMode;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.proc.PageView;
import io.mmulab.kernel.vma.MappedFile;

/** What needs a page when there is none says so, and leaves the machine as it was: the lab audits it after each operation. */
class OutOfMemoryTest {
    private static final int MEMORY = 128;
    private static final long FILL = Lab.A + (1L << 30);
    private static final long HUGE = 512 * Lab.PAGE;

    private Lab lab = lab(KernelVersion.V6_12);
    private int mm = lab.spawn();

    private static Lab lab(KernelVersion version) {
        Lab lab = new Lab(new MachineSpec(Architecture.X86_64, version, KernelDesign.LINUX_6_6, 1, MEMORY));
        lab.apply(new Operation.SetOvercommit(Overcommit.Mode.ALWAYS, 50));
        return lab;
    }

    /** Another process takes all memory that is left. */
    private void fill() {
        int hog = lab.spawn();
        lab.mapAnonymous(hog, FILL, 2L * MEMORY * Lab.PAGE);
        long at = FILL;
        while (!isOom(lab.write(hog, at, 1))) {
            at += Lab.PAGE;
            assertThat(at).isLessThan(FILL + 2L * MEMORY * Lab.PAGE);
        }
    }

    private static boolean isOom(Outcome outcome) {
        return !outcome.faults().isEmpty() && outcome.faults().getLast().result().equals("OOM");
    }

    private PageView page(int id, long address) {
        AddressSpace space = lab.machine().addressSpace(id);
        return lab.machine().pagemap().page(space, Objects.requireNonNull(space.vmas().lookup(address)), address);
    }

    private void mergeTwoPages() {
        lab.mapAnonymous(mm, Lab.A, 2 * Lab.PAGE);
        lab.write(mm, Lab.A, 7);
        lab.write(mm, Lab.A + Lab.PAGE, 7);
        lab.apply(new Operation.Madvise(mm, Lab.A, 2 * Lab.PAGE, Advice.MADV_MERGEABLE));
        lab.apply(new Operation.KsmScan());
        assertThat(page(mm, Lab.A).mapcount()).isEqualTo(2);
    }

    @Test
    void anAnonymousPage() {
        lab.mapAnonymous(mm, Lab.A, 2 * Lab.PAGE);
        lab.read(mm, Lab.A);
        fill();
        assertThat(isOom(lab.write(mm, Lab.A, 1))).as("instead of the zero page").isTrue();
        assertThat(page(mm, Lab.A).zero()).isTrue();
        assertThat(isOom(lab.write(mm, Lab.A + Lab.PAGE, 1))).isTrue();
        assertThat(page(mm, Lab.A + Lab.PAGE).present()).isFalse();
        assertThat(lab.read(mm, Lab.A + Lab.PAGE).value()).as("the zero page costs nothing").isZero();
    }

    @Test
    void aCopyForOneOfTwoProcesses() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        lab.write(mm, Lab.A, 1);
        int child = lab.fork(mm);
        fill();
        assertThat(isOom(lab.write(child, Lab.A, 2))).isTrue();
        assertThat(lab.read(child, Lab.A).value()).isEqualTo(1);
        assertThat(page(child, Lab.A).frame()).isEqualTo(page(mm, Lab.A).frame());
        lab.exit(child);
        assertThat(lab.write(mm, Lab.A, 3).value()).as("the last one needs no copy").isEqualTo(3);
    }

    @Test
    void aPrivateCopyOfAFile() {
        lab.createFile("f", MappedFile.Kind.DISK, 1);
        lab.apply(new Operation.ReadFile(mm, "f", 0));
        lab.mapFile(mm, Lab.A, Lab.PAGE, "f", MapFlag.MAP_PRIVATE);
        fill();
        assertThat(isOom(lab.write(mm, Lab.A, 1))).isTrue();
        assertThat(page(mm, Lab.A).present()).isFalse();
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(0x10);
    }

    @Test
    void aHoleOfAFileInMemory() {
        lab.createFile("f", MappedFile.Kind.TMPFS, 2);
        lab.apply(new Operation.PunchHole(mm, "f", 0, 2));
        lab.mapFile(mm, Lab.A, 2 * Lab.PAGE, "f", MapFlag.MAP_SHARED);
        fill();
        assertThat(isOom(lab.write(mm, Lab.A, 1))).isTrue();
        assertThat(isOom(lab.read(mm, Lab.A))).isTrue();
        assertThat(lab.machine().file("f").cachedPages()).isZero();
    }

    @Test
    void aPageFromSwap() {
        for (KernelVersion version : KernelVersion.PRESETS) {
            lab = lab(version);
            mm = lab.spawn();
            lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
            lab.write(mm, Lab.A, 5);
            lab.apply(new Operation.Swap(true));
            lab.apply(new Operation.Madvise(mm, Lab.A, Lab.PAGE, Advice.MADV_PAGEOUT));
            fill();
            assertThat(isOom(lab.read(mm, Lab.A))).as(version.name()).isTrue();
            assertThat(Pte.isSwap(page(mm, Lab.A).pte())).isTrue();
            Outcome off = lab.apply(new Operation.Swap(false));
            assertThat(off.error()).as("swapoff has no room").isEqualTo("ENOMEM");
            assertThat(Pte.isSwap(page(mm, Lab.A).pte())).isTrue();
        }
    }

    @Test
    void aPlaceOnTheOtherNode() {
        for (KernelVersion version : KernelVersion.PRESETS) {
            lab = lab(version);
            mm = lab.spawn();
            lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
            lab.write(mm, Lab.A, 5);
            fill();
            int frame = page(mm, Lab.A).frame();
            assertThat(lab.apply(new Operation.MovePages(mm, Lab.A, 1, Lab.PAGE, 1)).error()).as(version.name())
                    .isEqualTo("ENOMEM");
            assertThat(page(mm, Lab.A).frame()).isEqualTo(frame);
            assertThat(lab.write(mm, Lab.A, 6).faultCount()).as("the entry is as it was").isZero();
        }
    }

    @Test
    void aHugePageThatNoBlockIsFreeForIsASmallOne() {
        lab.apply(new Operation.SetThp("enabled", "always"));
        lab.mapAnonymous(mm, Lab.A, HUGE);
        assertThat(lab.write(mm, Lab.A, 1).value()).isEqualTo(1);
        assertThat(page(mm, Lab.A).level()).isZero();
        Outcome collapse = lab.apply(new Operation.Madvise(mm, Lab.A, HUGE, Advice.MADV_COLLAPSE));
        assertThat(collapse.error()).isEqualTo("ENOMEM");
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(1);
    }

    @Test
    void aPageFromTheMonitor() {
        lab.mapAnonymous(mm, Lab.A, Lab.PAGE);
        int context = (int) lab.apply(new Operation.OpenUserfaultfd(mm, 0, 1)).result();
        lab.apply(new Operation.RegisterUserfaults(mm, context, Lab.A, Lab.PAGE, Set.of(UserfaultMode.MISSING)));
        fill();
        assertThat(lab.apply(new Operation.CopyUserfaultPages(mm, context, Lab.A, Lab.PAGE, 7, false)).error())
                .isEqualTo("ENOMEM");
        assertThat(page(mm, Lab.A).present()).isFalse();
    }

    @Test
    void aPrivatePageInsteadOfAMergedOne() {
        mergeTwoPages();
        fill();
        Outcome unmerge = lab.apply(new Operation.Madvise(mm, Lab.A, 2 * Lab.PAGE, Advice.MADV_UNMERGEABLE));
        assertThat(unmerge.error()).as("madvise says EAGAIN for ENOMEM").isEqualTo("EAGAIN");
        assertThat(page(mm, Lab.A).mapcount()).isEqualTo(2);
        assertThat(isOom(lab.write(mm, Lab.A, 8))).isTrue();
        assertThat(lab.read(mm, Lab.A).value()).isEqualTo(7);
    }
}
